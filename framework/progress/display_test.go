package progress_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"csicert/framework/progress"
)

// clock goes on only when it is told to.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

func (c *clock) pass(seconds int) { c.at = c.at.Add(time.Duration(seconds) * time.Second) }

// story is what every display is told: four of six specs end, one of them badly.
func story(style progress.Style) string {
	var out bytes.Buffer
	c := &clock{time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)}
	if style.Width == nil {
		style.Width = func() int { return 100 }
	}
	d := progress.New(&out, style, c.now)
	d.Note("cluster: 70.0 s")
	d.Begin(6)
	start := func(id string) { d.Hear(progress.Event{Kind: progress.Started, ID: id}) }
	end := func(id, outcome, text string, seconds float64) {
		d.Hear(progress.Event{Kind: progress.Ended, ID: id, Outcome: outcome, Text: text, Seconds: seconds})
	}
	start("LOCAL-001")
	start("SNAP-001")
	start("SNAP-001")
	c.pass(2)
	end("LOCAL-001", progress.Passed, "", 1.9)
	start("BIND-001")
	c.pass(61)
	d.Tick()
	d.Tick()
	end("SNAP-001", progress.Failed, "requirement: SNAP-001\nexpected: 95 entries\nobserved: 94 entr\u00eees \x1b[2J\n  more", 63)
	d.SpecEnded("SNAP-001", "failed", 63)
	end("BIND-001", progress.Unsupported, "", 0)
	d.SpecEnded("BIND-002", "timedout", 4)
	d.Finish()
	_, _ = d.Write([]byte("cleanup"))
	_, _ = d.Write([]byte(": 3.0 s\nhalf a line"))
	d.Close()
	return out.String()
}

func TestPlainProgress(t *testing.T) {
	NewWithT(t).Expect(story(progress.Style{Mode: progress.Plain})).To(Equal(`cluster: 70.0 s
    1 of 6  LOCAL-001  passed         1.9 s
  1 of 6 done, 0 failed; running: SNAP-001 (63 s) BIND-001 (61 s)
    2 of 6  SNAP-001   failed        63.0 s
      94 entr?es ?[2J
    3 of 6  BIND-001   unsupported    0.0 s
    4 of 6  BIND-002   error          4.0 s
cleanup: 3.0 s
half a line
`))
}

func TestLiveProgress(t *testing.T) {
	g := NewWithT(t)
	told := story(progress.Style{Mode: progress.Live, Colour: true, UTF8: true})
	const erase = "\r\x1b[K"
	frames := strings.Split(told, erase)
	g.Expect(frames).To(ContainElements(
		"0 of 6 done, 0 failed; running: LOCAL-001 (0 s) SNAP-001 (0 s)",
		"1 of 6 done, 0 failed; running: SNAP-001 (63 s) BIND-001 (61 s)",
		"  SNAP-001 \x1b[31mfailed\x1b[0m after 63.0 s\n      94 entrîes ?[2J\n",
		"3 of 6 done, 1 failed, about 63 s left",
	))
	g.Expect(told).To(HavePrefix("cluster: 70.0 s\n" + erase + "0 of 6 done"))
	g.Expect(told).To(HaveSuffix(erase + "cleanup: 3.0 s\nhalf a line\n"))
	g.Expect(told).NotTo(ContainSubstring("LOCAL-001 passed"), "what passed does not stay")
	g.Expect(strings.Count(told, "failed\x1b")).To(Equal(1), "a failure is told once")

	quiet := story(progress.Style{Mode: progress.Live})
	g.Expect(quiet).NotTo(ContainSubstring("\x1b[31m"), "NO_COLOR")
	g.Expect(quiet).To(ContainSubstring("  SNAP-001 failed after 63.0 s\n      94 entr?es ?[2J\n"))
}

func TestLiveLineKeepsToTheWidth(t *testing.T) {
	g := NewWithT(t)
	for _, columns := range []int{0, 1, 2, 20, 40} {
		for frame := range strings.SplitSeq(story(progress.Style{Mode: progress.Live, Width: func() int { return columns }}), "\r\x1b[K") {
			if !strings.Contains(frame, "\n") {
				g.Expect(len(frame)).To(BeNumerically("<=", max(columns-1, 0)))
			}
		}
	}
}

func TestJSONProgress(t *testing.T) {
	g := NewWithT(t)
	var kinds []string
	var last progress.Event
	for line := range strings.Lines(story(progress.Style{Mode: progress.JSON, UTF8: true})) {
		var e progress.Event
		g.Expect(json.Unmarshal([]byte(line), &e)).To(Succeed(), line)
		g.Expect(e.Schema).To(Equal(progress.Schema))
		g.Expect(e.Time).NotTo(BeZero())
		kinds = append(kinds, string(e.Kind))
		if e.ID == "SNAP-001" && e.Kind == progress.Ended {
			g.Expect(line).To(Equal(`{"schema":"csicert/progress/v1","time":"2026-05-04T12:01:03Z","event":"ended","id":"SNAP-001","outcome":"failed","seconds":63,` +
				`"text":"94 entrîes \u001b[2J","done":2,"failed":1,"total":6,"running":["BIND-001"]}` + "\n"))
		}
		last = e
	}
	g.Expect(kinds).To(Equal([]string{"note", "begun", "started", "started", "ended", "started", "ended", "ended", "ended", "note", "note", "done"}))
	g.Expect(last).To(HaveField("Done", 4))
	g.Expect(last).To(HaveField("Bad", 2))
}

func TestNoProgress(t *testing.T) {
	NewWithT(t).Expect(story(progress.Style{Mode: progress.None})).To(BeEmpty())
}

// locked is a buffer that a display's own goroutine may write to meanwhile.
type locked struct {
	mu sync.Mutex
	bytes.Buffer
}

func (l *locked) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.Buffer.Write(b)
}

func (l *locked) text() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.String()
}

func TestAnInterruptionIsAnsweredOnce(t *testing.T) {
	g := NewWithT(t)
	out := &locked{}
	d := progress.New(out, progress.Style{Mode: progress.Plain}, time.Now)
	ctx, cancel := context.WithCancelCause(t.Context())
	d.Run(ctx)
	cancel(errors.New("interrupted by a signal (interrupt)"))
	g.Eventually(out.text).Should(Equal("interrupted by a signal (interrupt): taking back what was made, then the reports of what ran; once more to stop at once\n"))
	d.Close()
	d.Close()
	g.Expect(strings.Count(out.text(), "\n")).To(Equal(1))
}
