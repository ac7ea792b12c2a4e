package progress

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

const (
	reasonLimit = 240 // characters of why a spec did not pass
	namedMost   = 4   // specs that run are named
	eraseLine   = "\r\x1b[K"
	red, normal = "\x1b[31m", "\x1b[0m"
)

// ended tells the end of a spec. On a live display only what did not pass stays.
func (d *Display) ended(e Event) {
	reason := shorten(e.Text)
	switch d.style.Mode {
	case Plain:
		count := fmt.Sprintf("%3d", len(d.done))
		if d.total > 0 {
			count += fmt.Sprintf(" of %d", d.total)
		}
		d.line(fmt.Sprintf("  %s  %-10s %-11s %6.1f s", count, e.ID, e.Outcome, e.Seconds))
		if bad(e.Outcome) && reason != "" {
			d.line("      " + reason)
		}
	case Live:
		if !bad(e.Outcome) {
			return
		}
		word := e.Outcome
		if d.style.Colour {
			word = red + word + normal
		}
		d.raw(fmt.Sprintf("  %s %s after %.1f s", d.safe(e.ID), word, e.Seconds))
		if reason != "" {
			d.line("      " + reason)
		}
	case JSON:
		d.object(Event{Kind: Ended, ID: e.ID, Outcome: e.Outcome, Seconds: e.Seconds, Text: reason})
	}
}

func (d *Display) note(text string) {
	if d.style.Mode == JSON {
		if text = strings.TrimSpace(d.safe(text)); text != "" {
			d.object(Event{Kind: Note, Text: text})
		}
		return
	}
	d.line(text)
}

// object writes an event with the state of things, where events are what is wanted.
func (d *Display) object(e Event) {
	if d.style.Mode != JSON {
		return
	}
	e.Schema, e.Time, e.Done, e.Bad, e.Total = Schema, d.now().UTC(), len(d.done), d.bad, d.total
	e.LeftSecs = d.left().Seconds()
	for _, r := range d.running {
		e.Running = append(e.Running, r.id)
	}
	raw, err := json.Marshal(e)
	if err == nil { // of texts and numbers there is always one
		fmt.Fprintf(d.out, "%s\n", raw)
	}
}

// line writes a line for good, above a live one.
func (d *Display) line(text string) { d.raw(d.safe(text)) }

// raw is line for a text that is safe already. A terminal that is gone is no reason to stop.
func (d *Display) raw(text string) {
	if d.style.Mode == None || d.style.Mode == JSON {
		return
	}
	d.erase()
	d.told = d.now()
	fmt.Fprintln(d.out, text)
}

func (d *Display) erase() {
	if d.drawn {
		fmt.Fprint(d.out, eraseLine)
		d.drawn = false
	}
}

// draw puts the live line where the cursor is. It never fills the last column: some terminals would begin a new line.
func (d *Display) draw() {
	if d.style.Mode != Live || d.begun.IsZero() {
		return
	}
	text := []rune(d.state())
	fmt.Fprint(d.out, eraseLine+string(text[:min(len(text), max(d.style.Width()-1, 0))]))
	d.drawn = true
}

// state is all of it in a line, the most important first, for a narrow terminal cuts the end.
func (d *Display) state() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d", len(d.done))
	if d.total > 0 {
		fmt.Fprintf(&b, " of %d", d.total)
	}
	b.WriteString(" done")
	fmt.Fprintf(&b, ", %d failed", d.bad)
	if left := d.left(); left > 0 {
		fmt.Fprintf(&b, ", about %s left", span(left))
	}
	if len(d.running) > 0 {
		b.WriteString("; running:")
	}
	for i, r := range d.running {
		if i == namedMost {
			fmt.Fprintf(&b, " and %d more", len(d.running)-namedMost)
			break
		}
		fmt.Fprintf(&b, " %s (%s)", d.safe(r.id), span(d.now().Sub(r.since)))
	}
	return b.String()
}

// span is a time as people say it.
func span(t time.Duration) string {
	t = t.Round(time.Second)
	switch {
	case t < 2*time.Minute:
		return fmt.Sprintf("%d s", int(t.Seconds()))
	case t < 2*time.Hour:
		return fmt.Sprintf("%d min", int(t.Round(time.Minute).Minutes()))
	}
	return fmt.Sprintf("%.1f h", t.Hours())
}

// safe keeps a driver's words from steering the terminal, and fits them to its characters.
func (d *Display) safe(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return ' '
		case r == utf8.RuneError, !unicode.IsPrint(r), !d.style.UTF8 && r > unicode.MaxASCII:
			return '?'
		}
		return r
	}, text)
}

// shorten is what was observed, in a line.
func shorten(text string) string {
	for line := range strings.Lines(text) {
		if said, ok := strings.CutPrefix(strings.TrimSpace(line), "observed:"); ok {
			text = said
			break
		}
	}
	first, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	runes := []rune(strings.TrimSpace(first))
	if len(runes) > reasonLimit {
		return string(runes[:reasonLimit-3]) + "..."
	}
	return string(runes)
}
