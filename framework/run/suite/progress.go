package suite

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
)

const tailBytes = 2000 // of the log, for an error

var (
	// ended is the line with which Ginkgo's verbose output begins a spec that has ended.
	ended = regexp.MustCompile(`^[•SP] (?:\[([A-Z ]+)\] )?\[([0-9.]+) seconds\]$`)
	// labelled finds the requirement in the spec's labels.
	labelled = regexp.MustCompile(`\[([A-Z]+-[0-9]{3}),`)
)

// Listener is an Out that tells of specs in its own way.
type Listener interface {
	// SpecEnded is called once for each spec that Ginkgo says has ended; outcome is Ginkgo's word.
	SpecEnded(name, outcome string, seconds float64)
}

// Namer finds a spec's name in the line with its texts and labels; empty: it is not to be shown.
type Namer func(line string) string

// Requirement names a spec after the requirement among its labels.
func Requirement(line string) string {
	if found := labelled.FindStringSubmatch(line); found != nil {
		return found[1]
	}
	return ""
}

// Count is how many specs have ended in all runs that share it.
type Count struct{ done atomic.Int64 }

// progress writes everything to the log and, of every spec that has ended, a line to the terminal.
type progress struct {
	log   io.Writer
	out   io.Writer
	name  Namer
	total int
	count *Count
	state string  // of the spec whose text comes next; empty between specs
	took  float64 // seconds
	part  []byte  // of a line
	last  []byte  // end of the log
	err   error   // the log's first
}

// Write never fails: a full disk must not end the suites half way, their undoing included.
func (p *progress) Write(b []byte) (int, error) {
	if _, err := p.log.Write(b); err != nil && p.err == nil {
		p.err = err
	}
	p.last = append(p.last, b...)
	p.last = p.last[max(0, len(p.last)-tailBytes):]
	p.part = append(p.part, b...)
	for {
		line, rest, whole := bytes.Cut(p.part, []byte("\n"))
		if !whole {
			return len(b), nil
		}
		p.line(string(line))
		p.part = rest
	}
}

func (p *progress) line(line string) {
	if found := ended.FindStringSubmatch(line); found != nil {
		p.state = strings.ToLower(found[1])
		p.took, _ = strconv.ParseFloat(found[2], 64) // digits and dots; a mistake would show as 0 s, and only there
		if p.state == "" {
			p.state = "passed"
		}
		return
	}
	if p.state == "" {
		return
	}
	name := p.name
	if name == nil {
		name = Requirement
	}
	if known := name(line); known != "" {
		if listener, ok := p.out.(Listener); ok {
			listener.SpecEnded(known, p.state, p.took)
			p.state = ""
			return
		}
		count := fmt.Sprintf("%3d", p.count.done.Add(1))
		if p.total > 0 {
			count += fmt.Sprintf(" of %d", p.total)
		}
		fmt.Fprintf(p.out, "  %s  %-10s %-8s %6.1f s\n", count, known, p.state, p.took)
	}
	p.state = ""
}

func (p *progress) tail() string { return strings.TrimSpace(string(p.last)) }
