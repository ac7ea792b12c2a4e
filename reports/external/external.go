// Package external tells what Kubernetes' own storage suite found of a driver: a pure function of Ginkgo's report, in
// which thousands of other specs stand too.
package external

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"time"

	"github.com/onsi/ginkgo/v2/types"
)

// Exclusion is why specs are left out of a run.
type Exclusion struct {
	Texts *regexp.Regexp // the specs, by their whole text
	Why   string         // for a reader who wonders what was not judged
}

// Run is what was done.
type Run struct {
	Driver     string // CSI name
	Suite      string // version of Kubernetes that the suite is of
	Started    time.Time
	Procs      int
	Seed       int64
	Exclusions []Exclusion
	Reports    []types.Report // of Ginkgo
}

// Spec is one spec of the driver.
type Spec struct {
	Pattern string // such as "Dynamic PV (default fs)"
	Name    string // without the driver and the pattern
	State   State
	Reason  string  // why it failed or was skipped, or left out
	Where   string  // in the suite's sources, of a failure
	Output  string  // of a failure: what the spec logged
	Seconds float64 // of its run
}

// State of a spec.
type State string

// The states.
const (
	Passed  State = "passed"
	Failed  State = "failed"
	Skipped State = "skipped"  // by itself, when it ran
	LeftOut State = "left out" // by whoever ran the suite
)

// Result is what the suite found.
type Result struct {
	Run      Run
	Specs    []Spec   // sorted by pattern and name
	Problems []string // of the run as a whole: what its specs say may be nothing then
}

// Count is the number of specs in a state.
func (r Result) Count(s State) int {
	n := 0
	for _, spec := range r.Specs {
		if spec.State == s {
			n++
		}
	}
	return n
}

// ExitCode is 0 when something passed and nothing failed, 1 when the driver failed, and 3 when the run itself did.
func (r Result) ExitCode() int {
	switch {
	case len(r.Problems) > 0:
		return 3
	case r.Count(Failed) > 0:
		return 1
	}
	return 0
}

// text is how the suite begins the whole text of every spec of a driver.
var text = regexp.MustCompile(`External Storage \[Driver: ([^\]]+)\] (?:.*?)\[Testpattern: (.+?)\] (.+)$`)

// Name is of a spec by its line in Ginkgo's log, where the node that ended it and the labels are marked too; empty: it
// is no spec of a driver.
func Name(line string) string {
	if found := text.FindStringSubmatch(marks.ReplaceAllString(line, "")); found != nil {
		return found[2] + ": " + found[3]
	}
	return ""
}

// marks are Ginkgo's: the node, and the labels at the end, which repeat the driver.
var marks = regexp.MustCompile(` ?\[(It|BeforeEach|AfterEach|DeferCleanup[^\]]*)\]| \[[^\]]*Driver: [^\]]+\]$`)

// Of reads what Ginkgo reported.
func Of(run Run) Result {
	r := Result{Run: run}
	for _, report := range run.Reports {
		r.Problems = append(r.Problems, report.SpecialSuiteFailureReasons...)
		for _, spec := range report.SpecReports {
			r.add(spec)
		}
	}
	slices.SortFunc(r.Specs, func(a, b Spec) int { return cmp.Or(cmp.Compare(a.Pattern, b.Pattern), cmp.Compare(a.Name, b.Name)) })
	if r.Count(Passed)+r.Count(Failed) == 0 {
		r.Problems = append(r.Problems, fmt.Sprintf("no spec of driver %s was judged", r.Run.Driver))
	}
	return r
}

// add takes the driver's specs, and of all others only what went wrong beside them, such as the suite's set-up.
func (r *Result) add(s types.SpecReport) {
	found := text.FindStringSubmatch(s.FullText())
	ours := s.LeafNodeType == types.NodeTypeIt && found != nil && found[1] == r.Run.Driver
	if !ours {
		if s.Failed() {
			r.Problems = append(r.Problems, fmt.Sprintf("%s %s: %s", s.LeafNodeType, s.FullText(), s.Failure.Message))
		}
		return
	}
	spec := Spec{Pattern: found[2], Name: found[3], State: Failed, Reason: s.Failure.Message, Seconds: s.RunTime.Seconds()}
	switch {
	case s.State.Is(types.SpecStatePassed):
		spec.State = Passed
	case s.State.Is(types.SpecStateSkipped) && s.Failure.Message != "":
		spec.State, spec.Reason = Skipped, s.Failure.Message
	case s.State.Is(types.SpecStateSkipped | types.SpecStatePending):
		spec.State, spec.Reason = LeftOut, r.whyNot(s.FullText())
	default:
		spec.Where, spec.Output = s.Failure.Location.String(), s.CombinedOutput()
		if s.Failure.ForwardedPanic != "" {
			spec.Reason += ": " + s.Failure.ForwardedPanic
		}
	}
	r.Specs = append(r.Specs, spec)
}

func (r *Result) whyNot(name string) string {
	for _, e := range r.Run.Exclusions {
		if e.Texts.MatchString(name) {
			return e.Why
		}
	}
	return "it was not asked for, or the run ended before it"
}

// Sentence is the result in one line.
func (r Result) Sentence() string {
	return fmt.Sprintf("Kubernetes' own storage suite %s on %s: %d passed, %d failed, %d skipped, %d left out", r.Run.Suite, r.Run.Driver,
		r.Count(Passed), r.Count(Failed), r.Count(Skipped), r.Count(LeftOut))
}
