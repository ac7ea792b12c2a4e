package verdict_test

import (
	"testing"
	"time"

	"github.com/onsi/ginkgo/v2/types"
	. "github.com/onsi/gomega"

	"csicert/framework/catalogue"
	"csicert/reports/internal/recorded"
	"csicert/reports/verdict"
)

func known(ids ...catalogue.ID) *verdict.Baseline {
	b := &verdict.Baseline{File: "known.yaml"}
	for _, id := range ids {
		b.Known = append(b.Known, verdict.Known{ID: id, Reason: "it leaks", Link: "https://example.com/7", Expires: "2026-05-04"})
	}
	return b
}

func TestKnownFailuresDoNotGate(t *testing.T) {
	failed := recorded.Spec("LOCAL-001", recorded.Failed("observed: no"))
	for _, c := range []struct {
		name       string
		specs      []types.SpecReport
		change     func(*verdict.Record)
		code       int
		conclusion verdict.Conclusion
		sentence   string
	}{
		{"all that failed is known", []types.SpecReport{failed, recorded.Spec("LOCAL-002")}, nil, 0, verdict.KnownFailures,
			"not conformant, and nothing new: 1 MUST of 2 requirements were not kept, all of them known: LOCAL-001"},
		{"another failed", []types.SpecReport{failed, recorded.Spec("LOCAL-002", recorded.Failed("observed: no"))}, nil, 1, verdict.NotConformant,
			"not conformant: 1 MUST of 2 requirements were not kept: LOCAL-002; besides, 1 known failures: LOCAL-001"},
		{"it passes", []types.SpecReport{recorded.Spec("LOCAL-001")}, nil, 0, verdict.Conformant,
			"conformant: every MUST of 1 requirements that is claimed was judged and kept; 1 known failures pass now and are to be taken out of the baseline: LOCAL-001"},
		{"it passes, and that is not to be overlooked", []types.SpecReport{recorded.Spec("LOCAL-001")}, func(r *verdict.Record) { r.Baseline.Strict = true }, 1, verdict.Conformant, "conformant: every MUST"},
		{"strict, and it fails", []types.SpecReport{failed}, func(r *verdict.Record) { r.Baseline.Strict = true }, 0, verdict.KnownFailures, "not conformant, and nothing new"},
		{"its day is over", []types.SpecReport{failed}, func(r *verdict.Record) { r.Started = r.Started.AddDate(0, 0, 1) }, 1, verdict.NotConformant, "not conformant: 1 MUST"},
		{"on the last second of its day", []types.SpecReport{failed}, func(r *verdict.Record) { r.Started = time.Date(2026, 5, 4, 23, 59, 59, 0, time.UTC) }, 0, verdict.KnownFailures, ""},
		{"a day that is none covers nothing", []types.SpecReport{failed}, func(r *verdict.Record) { r.Baseline.Known[0].Expires = "soon" }, 1, verdict.NotConformant, ""},
		{"blocked is not known", []types.SpecReport{recorded.Spec("LOCAL-001", recorded.Failed("x"), recorded.Mark(catalogue.MarkBlocked, "no claim")), recorded.Spec("LOCAL-002")}, nil, 2, verdict.Partial, "partial: nothing failed, but 1 MUST"},
		{"an error of the harness is not known", []types.SpecReport{recorded.Spec("LOCAL-001", recorded.Ended(types.SpecStatePanicked, types.NodeTypeIt, "x"))}, nil, 3, verdict.HarnessError, "harness error"},
		{"a MUST that was skipped stands in the way", []types.SpecReport{failed, recorded.Spec("LOCAL-002", recorded.Ended(types.SpecStateSkipped, types.NodeTypeIt, "x"))}, nil, 2, verdict.Partial,
			"partial: nothing new failed, but 1 MUST of 2 requirements were not judged: LOCAL-002 (skipped); besides, 1 known failures: LOCAL-001"},
		{"focused", []types.SpecReport{failed, recorded.Spec("LOCAL-002", recorded.Unselected())}, func(r *verdict.Record) { r.Filter = "LOCAL-001" }, 0, verdict.KnownFailures,
			"focused run, which certifies nothing (1 requirements left out): not conformant, and nothing new"},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := NewWithT(t)
			r := recorded.Run(c.specs...)
			r.Subject.Capabilities = nil
			r.Baseline = known("LOCAL-001")
			if c.change != nil {
				c.change(&r)
			}
			v := of(t, r)
			g.Expect(v.ExitCode()).To(Equal(c.code), v.Sentence)
			g.Expect(v.Conclusion).To(Equal(c.conclusion))
			g.Expect(v.Sentence).To(HavePrefix(c.sentence))
			for _, result := range v.With(verdict.Blocked, verdict.Error, verdict.Skipped, verdict.Pass) {
				g.Expect(result.Known).To(BeNil(), "only a judgement is excused: %s", result.Requirement.ID)
			}
		})
	}
	g := NewWithT(t)
	r := recorded.Run(failed)
	r.Baseline = known("LOCAL-001")
	v := of(t, r)
	g.Expect(v.Counts.Of(verdict.Fail)).To(Equal(1), "it is counted as what it is")
	g.Expect(v.KnownFailures()[0].Known.Sentence()).To(Equal("known until 2026-05-04: it leaks (https://example.com/7)"))
	g.Expect(verdict.KnownFailures.String()).To(Equal("not conformant: known failures only"))
}
