package verdict_test

import (
	"testing"

	"github.com/onsi/ginkgo/v2/types"
	. "github.com/onsi/gomega"

	"csicert/framework/catalogue"
	"csicert/reports/internal/recorded"
	"csicert/reports/verdict"
)

const id = catalogue.ID("LOCAL-002")

func only(t *testing.T, r verdict.Record) (verdict.Verdict, verdict.Result) {
	t.Helper()
	g := NewWithT(t)
	v, err := verdict.Of(r)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(v.Results()).To(HaveLen(1))
	return v, v.Results()[0]
}

func TestStatusOfASpec(t *testing.T) {
	mark, ended := recorded.Mark, recorded.Ended
	skip := ended(types.SpecStateSkipped, types.NodeTypeIt, "because")
	attempts := func(n int) recorded.Option { return func(s *types.SpecReport) { s.NumAttempts = n } }
	for _, c := range []struct {
		name    string
		level   catalogue.Level
		options []recorded.Option
		status  verdict.Status
		reason  string
	}{
		{name: "passed", status: verdict.Pass},
		{"passed without a request", 0, []recorded.Option{recorded.Unmarked()}, verdict.Error, "looked at nothing"},
		{"passed with zero requests", 0, []recorded.Option{recorded.Unmarked(), mark(catalogue.MarkRequests, "0")}, verdict.Error, "looked at nothing"},
		{"requests are no number", 0, []recorded.Option{recorded.Unmarked(), mark(catalogue.MarkRequests, "many")}, verdict.Error, `found "many", accepted is a decimal number`},
		{"requests below zero", 0, []recorded.Option{mark(catalogue.MarkRequests, "-3")}, verdict.Error, `found "-3"`},
		{"left something", 0, []recorded.Option{mark(catalogue.MarkLeftover, "PersistentVolume a"), mark(catalogue.MarkLeftover, "Pod b")}, verdict.Error, "left behind: PersistentVolume a, Pod b"},
		{"passed and blocked", 0, []recorded.Option{mark(catalogue.MarkBlocked, "Claim")}, verdict.Error, "passed although it carries the mark csicert:blocked"},
		{"passed and skipped", 0, []recorded.Option{mark(catalogue.MarkSkipped, "zones")}, verdict.Error, "passed although"},
		{"passed and unsupported", 0, []recorded.Option{mark(catalogue.MarkUnsupported, "x")}, verdict.Error, "passed although"},
		{"second attempt", 0, []recorded.Option{attempts(2)}, verdict.Error, "ran 2 times"},
		{"failed at the second attempt", 0, []recorded.Option{recorded.Failed("x"), attempts(2)}, verdict.Error, "ran 2 times"},
		{"unsupported", 0, []recorded.Option{skip, mark(catalogue.MarkUnsupported, "not claimed")}, verdict.Unsupported, "not claimed"},
		{"unsupported wins over skipped", 0, []recorded.Option{skip, mark(catalogue.MarkSkipped, "a"), mark(catalogue.MarkUnsupported, "b")}, verdict.Unsupported, "b"},
		{"skipped", 0, []recorded.Option{skip, mark(catalogue.MarkSkipped, "one zone")}, verdict.Skipped, "one zone"},
		{"skipped by Ginkgo", 0, []recorded.Option{skip}, verdict.Skipped, "because"},
		{"skipped without a word", 0, []recorded.Option{ended(types.SpecStateSkipped, types.NodeTypeIt, "")}, verdict.Skipped, "gave no reason"},
		{"skipped and left something", 0, []recorded.Option{skip, mark(catalogue.MarkLeftover, "Pod b")}, verdict.Error, "skipped, and left behind: Pod b"},
		{"pending", 0, []recorded.Option{ended(types.SpecStatePending, 0, "")}, verdict.NotRun, "pending"},
		{"MUST failed", catalogue.Must, []recorded.Option{recorded.Failed("observed: b-1")}, verdict.Fail, "b-1"},
		{"SHOULD failed", catalogue.Should, []recorded.Option{recorded.Failed("observed: b-1")}, verdict.Warn, "a SHOULD was not kept: b-1"},
		{"MAY failed", catalogue.May, []recorded.Option{recorded.Failed("observed: b-1")}, verdict.Warn, "a MAY was not kept: b-1"},
		{"failed and left something", 0, []recorded.Option{recorded.Failed("observed: b-1"), mark(catalogue.MarkLeftover, "Pod b")}, verdict.Fail, "b-1"},
		{"blocked", 0, []recorded.Option{recorded.Failed("x"), mark(catalogue.MarkBlocked, "Claim: none")}, verdict.Blocked, "Claim: none"},
		{"blocked before", 0, []recorded.Option{ended(types.SpecStateFailed, types.NodeTypeBeforeEach, "x"), mark(catalogue.MarkBlocked, "Claim: none")}, verdict.Blocked, "Claim: none"},
		{"SHOULD blocked", catalogue.Should, []recorded.Option{recorded.Failed("x"), mark(catalogue.MarkBlocked, "Claim")}, verdict.Blocked, "Claim"},
		{"blocked while undoing", 0, []recorded.Option{ended(types.SpecStateFailed, types.NodeTypeCleanupAfterEach, "x"), mark(catalogue.MarkBlocked, "Delete")}, verdict.Error, "failed in DeferCleanup (Each)"},
		{"failed before", 0, []recorded.Option{ended(types.SpecStateFailed, types.NodeTypeBeforeEach, "no client")}, verdict.Error, "failed in BeforeEach, outside its own judgement: no client"},
		{"failed after", 0, []recorded.Option{ended(types.SpecStateFailed, types.NodeTypeAfterEach, "x")}, verdict.Error, "failed in AfterEach"},
		{"failed while undoing", 0, []recorded.Option{ended(types.SpecStateFailed, types.NodeTypeCleanupAfterEach, "x")}, verdict.Error, "failed in DeferCleanup (Each)"},
		{"panicked", 0, []recorded.Option{ended(types.SpecStatePanicked, types.NodeTypeIt, "nil map")}, verdict.Error, "panicked in It: nil map"},
		{"aborted", 0, []recorded.Option{ended(types.SpecStateAborted, types.NodeTypeIt, "x")}, verdict.Error, "aborted"},
		{"interrupted", 0, []recorded.Option{ended(types.SpecStateInterrupted, types.NodeTypeIt, "by user")}, verdict.Error, "interrupted in It: by user"},
		{"timed out while blocked", 0, []recorded.Option{ended(types.SpecStateTimedout, types.NodeTypeIt, "1m"), mark(catalogue.MarkBlocked, "Pod")}, verdict.Error, "timedout in It: 1m; it was blocked before: Pod"},
		{"no state", 0, []recorded.Option{ended(types.SpecStateInvalid, 0, "")}, verdict.Error, "INVALID"},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := NewWithT(t)
			r := recorded.Run(recorded.Spec(id, c.options...))
			r.Requirements[0].Level = c.level
			_, result := only(t, r)
			g.Expect(result.Status).To(Equal(c.status))
			if c.reason == "" {
				g.Expect(result.Reason).To(BeEmpty())
			}
			g.Expect(result.Reason).To(ContainSubstring(c.reason))
		})
	}
}

func TestFailureIsTakenApart(t *testing.T) {
	for _, c := range []struct{ name, message, expected, observed string }{
		{"both", "requirement: X\nexpected: on a-1\nobserved: on b-1\nrerun: make", "on a-1", "on b-1"},
		{"continued", "expected: a\n  b\n\n  c\nobserved:\n  d\n    e\nelse\n  f", "a\nb\n\nc", "d\n  e"},
		{"neither", "Timed out.\n  really", "", "Timed out.\n  really"},
		{"only expected", "expected: a\nwhatever", "a", "expected: a\nwhatever"},
		{"inside a line", "it expected: a, observed: b", "", "it expected: a, observed: b"},
		{"escapes", "expected: \x1b[1;31mred\x1b[0m\nobserved: bell\x07 \x1b]0;t\x07end", "red", "bell end"},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := NewWithT(t)
			_, result := only(t, recorded.Run(recorded.Spec(id, recorded.Failed(c.message))))
			g.Expect(result.Expected).To(Equal(c.expected))
			g.Expect(result.Observed).To(Equal(c.observed))
		})
	}
}

func TestResultTellsWhatTheSpecRecorded(t *testing.T) {
	g := NewWithT(t)
	spec := recorded.Spec(id, recorded.Failed("observed: b"), recorded.Mark(catalogue.MarkRequests, 5),
		recorded.Mark(catalogue.MarkEvidence, "== pod ==\nx"), recorded.Mark(catalogue.MarkTimeline, "one"),
		recorded.Mark(catalogue.MarkTimeline, "two"), recorded.Mark(catalogue.MarkLeftover, "Pod b"))
	spec.AdditionalFailures = []types.AdditionalFailure{{State: types.SpecStateFailed,
		Failure: types.Failure{Message: "still there", FailureNodeType: types.NodeTypeCleanupAfterEach}}}
	_, result := only(t, recorded.Run(spec))
	g.Expect(result.Requests).To(Equal(22))
	g.Expect(result.Seconds).To(Equal(1.5))
	g.Expect(result.Timeline).To(Equal("one\ntwo"))
	g.Expect(result.Leftovers).To(Equal([]string{"Pod b"}))
	g.Expect(result.Evidence).To(Equal("== pod ==\nx\n== afterwards: DeferCleanup (Each) failed ==\nstill there"))
	g.Expect(result.Where).To(Equal("suites/localpv/node.go:40"))
	g.Expect(result.Rerun).To(Equal("make e2e FOCUS=LOCAL-002"))

	_, result = only(t, recorded.Run(recorded.Spec(id)))
	g.Expect(result.Where).To(Equal("suites/localpv/node.go:12"), "of a spec that passed: where it stands")
}
