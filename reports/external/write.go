package external

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"csicert/reports/verdict"
	"csicert/reports/xunit"
)

const (
	lineLimit = 160 // characters of a message that CI systems show beside a name
	textLimit = 20  // lines of a failure on the terminal
)

// Write tells a person: the sentence, each failure, and why what did not run did not, in groups.
func Write(w io.Writer, r Result) error {
	var b strings.Builder
	fmt.Fprintln(&b, r.Sentence())
	for _, problem := range r.Problems {
		fmt.Fprintf(&b, "\nPROBLEM of the run\n  %s\n", indented(problem))
	}
	for _, s := range r.Specs {
		if s.State == Failed {
			fmt.Fprintf(&b, "\nFAIL %s: %s\n  %s\n  at %s\n", s.Pattern, s.Name, indented(s.Reason), s.Where)
		}
	}
	for _, state := range []State{Skipped, LeftOut} {
		if r.Count(state) == 0 {
			continue
		}
		fmt.Fprintf(&b, "\n%s:\n", state)
		for _, g := range r.reasons(state) {
			fmt.Fprintf(&b, "  %3d  %s\n", g.count, verdict.FirstLine(g.reason, lineLimit))
		}
	}
	if _, err := io.WriteString(w, verdict.Plain(b.String())); err != nil {
		return fmt.Errorf("writing what the storage suite found: %w", err)
	}
	return nil
}

func indented(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[:min(len(lines), textLimit)], "\n  ")
}

type group struct {
	reason string
	count  int
}

// reasons of the specs in a state, the most frequent first.
func (r Result) reasons(s State) []group {
	counts := map[string]int{}
	for _, spec := range r.Specs {
		if spec.State == s {
			counts[strings.TrimSpace(spec.Reason)]++
		}
	}
	var all []group
	for reason, n := range counts {
		all = append(all, group{reason, n})
	}
	slices.SortFunc(all, func(a, b group) int { return cmp.Or(-cmp.Compare(a.count, b.count), cmp.Compare(a.reason, b.reason)) })
	return all
}

// JUnit writes the driver's specs, one suite for each pattern, and the problems of the run as a suite of their own.
func JUnit(w io.Writer, r Result) error {
	document := xunit.Document{Name: "Kubernetes' own storage suite"}
	for _, s := range r.Specs {
		if n := len(document.Suites); n == 0 || document.Suites[n-1].Name != s.Pattern {
			document.Suites = append(document.Suites, xunit.Suite{Name: s.Pattern, Timestamp: xunit.Time(r.Run.Started), Properties: r.properties()})
		}
		last := &document.Suites[len(document.Suites)-1]
		last.Cases = append(last.Cases, testcase(s))
	}
	if len(r.Problems) > 0 {
		suite := xunit.Suite{Name: "run", Timestamp: xunit.Time(r.Run.Started), Properties: r.properties()}
		for i, problem := range r.Problems {
			suite.Cases = append(suite.Cases, xunit.Case{Name: fmt.Sprintf("the run as a whole, problem %d", i+1), Class: "external.run",
				Error: &xunit.Message{Message: verdict.FirstLine(problem, lineLimit), Type: "Error", Text: problem}})
		}
		document.Suites = append(document.Suites, suite)
	}
	return xunit.Encode(w, document)
}

func (r Result) properties() *xunit.Properties {
	p := &xunit.Properties{}
	p.Add("result", r.Sentence())
	p.Add("driver", r.Run.Driver)
	p.Add("suite", r.Run.Suite)
	p.Add("procs", strconv.Itoa(r.Run.Procs))
	p.Add("seed", strconv.FormatInt(r.Run.Seed, 10))
	return p
}

func testcase(s Spec) xunit.Case {
	c := xunit.Case{Name: s.Name, Class: "external." + s.Pattern, Time: xunit.Seconds(s.Seconds)}
	line := verdict.FirstLine(s.Reason, lineLimit)
	switch s.State {
	case Passed:
	case Skipped:
		c.Skipped = &xunit.Message{Message: line}
	case LeftOut:
		c.Skipped = &xunit.Message{Message: string(LeftOut) + ": " + line}
	default:
		c.Failure = &xunit.Message{Message: line, Type: "Fail", Text: s.Reason + "\nat " + s.Where + "\n" + s.Output}
	}
	return c
}
