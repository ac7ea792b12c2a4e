package verdict_test

import (
	"errors"
	"testing"

	"github.com/onsi/ginkgo/v2/types"
	. "github.com/onsi/gomega"

	"csicert/framework/catalogue"
	"csicert/reports/internal/recorded"
	"csicert/reports/verdict"
)

func TestResultsAreHeldAgainstTheClaims(t *testing.T) {
	skip := recorded.Ended(types.SpecStateSkipped, types.NodeTypeIt, "x")
	for _, c := range []struct {
		name    string
		needs   catalogue.Capability
		claims  []catalogue.Capability
		options []recorded.Option
		status  verdict.Status
		reason  string
	}{
		{"unclaimed and unsupported", catalogue.Clones, nil, []recorded.Option{skip, recorded.Mark(catalogue.MarkUnsupported, catalogue.Clones.Sentence())}, verdict.Unsupported, catalogue.Clones.Sentence()},
		{"claimed and unsupported", catalogue.Clones, []catalogue.Capability{catalogue.Clones}, []recorded.Option{skip, recorded.Mark(catalogue.MarkUnsupported, catalogue.Clones.Sentence())},
			verdict.Error, "ended unsupported although the run had clones"},
		{"claimed, and the definition leaves something open", catalogue.Clones, []catalogue.Capability{catalogue.Clones}, []recorded.Option{skip, recorded.Mark(catalogue.MarkUnsupported, "names no folder")},
			verdict.Unsupported, "names no folder"},
		{"skipped for nodes that there were", catalogue.TwoNodes, []catalogue.Capability{catalogue.TwoNodes}, []recorded.Option{skip, recorded.Mark(catalogue.MarkSkipped, catalogue.TwoNodes.Sentence())},
			verdict.Error, "ended skipped although the run had two-nodes"},
		{"unclaimed and passed", catalogue.Clones, nil, nil, verdict.Error, "ended pass although the driver does not claim clones"},
		{"unclaimed and failed", catalogue.Clones, nil, []recorded.Option{recorded.Failed("observed: no")}, verdict.Error, "ended fail although the driver does not claim clones: no"},
		{"claimed and passed", catalogue.Clones, []catalogue.Capability{catalogue.Clones}, nil, verdict.Pass, ""},
		{"of the cluster, which the spec found itself", catalogue.TwoNodes, nil, nil, verdict.Pass, ""},
		{"unclaimed and pending", catalogue.Clones, nil, []recorded.Option{recorded.Ended(types.SpecStatePending, 0, "")}, verdict.Unsupported, catalogue.Clones.Sentence()},
		{"claimed and pending", catalogue.Clones, []catalogue.Capability{catalogue.Clones}, []recorded.Option{recorded.Ended(types.SpecStatePending, 0, "")}, verdict.NotRun, "pending"},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := NewWithT(t)
			r := recorded.Run(recorded.Spec(id, c.options...))
			r.Requirements[0].Needs, r.Subject.Capabilities = []catalogue.Capability{c.needs}, c.claims
			_, result := only(t, r)
			g.Expect(result.Status).To(Equal(c.status), result.Reason)
			g.Expect(result.Reason).To(ContainSubstring(c.reason))
		})
	}
}

func TestWhatIsClaimedAndNotExercisedMakesItPartial(t *testing.T) {
	skipped := recorded.Spec("SNAP-001", recorded.Ended(types.SpecStateSkipped, types.NodeTypeIt, "one zone"))
	judge := func(change func(*verdict.Record)) verdict.Verdict {
		r := recorded.Run(recorded.Spec("LOCAL-001"), skipped)
		r.Requirements[1].Needs, r.Requirements[1].Level = []catalogue.Capability{catalogue.Snapshots}, catalogue.Should
		r.Subject.Capabilities = []catalogue.Capability{catalogue.LocalVolumes, catalogue.Snapshots, catalogue.Snapshots}
		change(&r)
		return of(t, r)
	}
	g := NewWithT(t)
	v := judge(func(*verdict.Record) {})
	g.Expect(v.Unexercised).To(Equal([]catalogue.Capability{catalogue.Snapshots}), "once, and not what a cluster has")
	g.Expect(v.ExitCode()).To(Equal(2))
	g.Expect(v.Sentence).To(Equal("partial: nothing failed, but no requirement judged what is claimed: [snapshots]"))

	v = judge(func(r *verdict.Record) { r.Subject.Capabilities = nil })
	g.Expect(v.ExitCode()).To(Equal(0), "what is not claimed need not be judged")

	v = judge(func(r *verdict.Record) {
		r.Specs[1] = recorded.Spec("SNAP-001", recorded.Failed("observed: no"))
	})
	g.Expect(v.Conclusion).To(Equal(verdict.Conformant), "a warning is a judgement")

	v = judge(func(r *verdict.Record) {
		r.Filter, r.Specs[1] = "LOCAL-001", recorded.Spec("SNAP-001", recorded.Unselected())
	})
	g.Expect(v.Unexercised).To(BeEmpty(), "a focused run certifies nothing anyway")
	g.Expect(v.ExitCode()).To(Equal(0))

	v = judge(func(r *verdict.Record) { r.Specs[0] = recorded.Spec("LOCAL-001", recorded.Failed("observed: no")) })
	g.Expect(v.ExitCode()).To(Equal(1), "a failure weighs more")
}

func TestARecordOfAnotherCatalogueIsRefused(t *testing.T) {
	g := NewWithT(t)
	r := recorded.Run(recorded.Spec("LOCAL-001"), recorded.Spec("LOCAL-002"))
	same, err := verdict.Against(r, recorded.Run(recorded.Spec("LOCAL-001"), recorded.Spec("LOCAL-002")).Requirements)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(same).To(Equal(of(t, r)))

	own := recorded.Run(recorded.Spec("LOCAL-001"), recorded.Spec("LOCAL-003")).Requirements
	own[0].Mutants = nil
	_, err = verdict.Against(r, own)
	g.Expect(err).To(MatchError(And(ContainSubstring("catalogue: found version "+catalogue.Version(r.Requirements)+", judged by csicert 0.1.0 2ace6c6; accepted is "+catalogue.Version(own)),
		HaveSuffix("different: LOCAL-002, LOCAL-003"))))
	var bad interface{ BadInput() bool }
	g.Expect(errors.As(err, &bad) && bad.BadInput()).To(BeTrue())

	own = nil
	for _, id := range []catalogue.ID{"A-001", "A-002", "A-003", "A-004", "A-005", "A-006"} {
		own = append(own, recorded.Requirement(id, "x"))
	}
	_, err = verdict.Against(r, own)
	g.Expect(err).To(MatchError(HaveSuffix("different: A-001, A-002, A-003, A-004, A-005, and 3 more")))
	r.DryRun = true
	_, err = verdict.Against(r, r.Requirements)
	g.Expect(err).To(MatchError(ContainSubstring("dryRun: found true")))
}

func of(t *testing.T, r verdict.Record) verdict.Verdict {
	t.Helper()
	v, err := verdict.Of(r)
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	return v
}
