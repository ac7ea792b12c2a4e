package progress

import (
	"bytes"
	"context"
	"io"
	"slices"
	"sync"
	"time"
)

const (
	redraw    = time.Second // of a live line
	heartbeat = time.Minute // a log in which nothing was written for so long gets a line
	soonest   = 3           // specs have to have ended before the time left is estimated
)

// Display tells what happens. It is also the writer of everything else that goes to the terminal meanwhile, so that
// lines do not run into each other.
type Display struct {
	mu      sync.Mutex
	out     io.Writer
	style   Style
	now     func() time.Time
	total   int
	begun   time.Time
	done    map[string]bool
	bad     int
	running []running // by when they started
	part    []byte    // of a line that somebody writes
	drawn   bool      // a live line stands at the cursor
	told    time.Time // the last line
	stop    func()
}

type running struct {
	id    string
	since time.Time
}

// New makes a display; now is the clock.
func New(out io.Writer, style Style, now func() time.Time) *Display {
	return &Display{out: out, style: style, now: now, done: map[string]bool{}, told: now(), stop: func() {}}
}

// Run keeps the display up to date until Close. When ctx ends it says so, once, since a person who pressed Ctrl-C wants
// to know that it was heard.
func (d *Display) Run(ctx context.Context) {
	ticks := time.NewTicker(redraw)
	over, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		defer ticks.Stop()
		cancelled := ctx.Done()
		for {
			select {
			case <-ticks.C:
				d.Tick()
			case <-cancelled:
				cancelled = nil
				d.Note(context.Cause(ctx).Error() + ": taking back what was made, then the reports of what ran; once more to stop at once")
			case <-over:
				return
			}
		}
	}()
	d.stop = sync.OnceFunc(func() { close(over); <-ended })
}

// Close ends the display and leaves the cursor at the beginning of a line.
func (d *Display) Close() {
	d.stop()
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.part) > 0 {
		d.note(string(d.part))
		d.part = nil
	}
	d.erase()
	d.running = nil
	d.object(Event{Kind: Done})
}

// Begin says that the suites begin, and how many specs are selected.
func (d *Display) Begin(total int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.total, d.begun = total, d.now()
	d.object(Event{Kind: Begun})
	d.draw()
}

// Finish says that no spec runs any more, though the run goes on.
func (d *Display) Finish() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.running, d.begun = nil, time.Time{}
	d.erase()
}

// Note tells a sentence for good.
func (d *Display) Note(text string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.note(text)
	d.draw()
}

// Write takes whole lines as notes; what is left of a line waits for its end.
func (d *Display) Write(b []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.part = append(d.part, b...)
	for {
		line, rest, whole := bytes.Cut(d.part, []byte("\n"))
		if !whole {
			d.draw()
			return len(b), nil
		}
		d.note(string(line))
		d.part = rest
	}
}

// Hear takes an event of a suite's process. An ending is told once, whoever hears of it first.
func (d *Display) Hear(e Event) {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch e.Kind {
	case Started:
		if !d.done[e.ID] && !slices.ContainsFunc(d.running, func(r running) bool { return r.id == e.ID }) {
			d.running = append(d.running, running{e.ID, d.now()})
			d.object(Event{Kind: Started, ID: e.ID})
		}
	case Ended:
		if d.done[e.ID] {
			return
		}
		d.done[e.ID] = true
		d.running = slices.DeleteFunc(d.running, func(r running) bool { return r.id == e.ID })
		if bad(e.Outcome) {
			d.bad++
		}
		d.ended(e)
	}
	d.draw()
}

// SpecEnded is for who reads the suites' output: it knows less than the suites' own processes, and later.
func (d *Display) SpecEnded(id, outcome string, seconds float64) {
	switch outcome {
	case Passed, Failed, Skipped:
	default:
		outcome = Broken
	}
	d.Hear(Event{Kind: Ended, ID: id, Outcome: outcome, Seconds: seconds})
}

// Tick redraws a live line, and writes to a log that has been silent for long what is still running.
func (d *Display) Tick() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.style.Mode == Plain && len(d.running) > 0 && d.now().Sub(d.told) >= heartbeat {
		d.line("  " + d.state())
	}
	d.draw()
}

// left estimates from what the specs so far took together; 0: nothing can be said.
func (d *Display) left() time.Duration {
	if len(d.done) < soonest || d.total <= len(d.done) || d.begun.IsZero() {
		return 0
	}
	each := d.now().Sub(d.begun) / time.Duration(len(d.done))
	return each * time.Duration(d.total-len(d.done))
}
