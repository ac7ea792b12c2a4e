package verdict_test

import (
	"errors"
	"math/rand"
	"testing"

	"github.com/onsi/ginkgo/v2/types"
	. "github.com/onsi/gomega"

	"csicert/framework/catalogue"
	"csicert/reports/internal/recorded"
	"csicert/reports/verdict"
)

func TestConclusion(t *testing.T) {
	pass, failed := recorded.Spec("LOCAL-001"), recorded.Spec("LOCAL-002", recorded.Failed("observed: no"))
	broken := recorded.Spec("LOCAL-003", recorded.Unmarked())
	blocked := recorded.Spec("LOCAL-004", recorded.Failed("x"), recorded.Mark(catalogue.MarkBlocked, "Claim"))
	skipped := recorded.Spec("LOCAL-005", recorded.Ended(types.SpecStateSkipped, types.NodeTypeIt, "one zone"))
	pending := recorded.Spec("LOCAL-006", recorded.Ended(types.SpecStatePending, 0, ""))
	unsupported := recorded.Spec("LOCAL-007", recorded.Ended(types.SpecStateSkipped, types.NodeTypeIt, "x"), recorded.Mark(catalogue.MarkUnsupported, "x"))
	before := types.SpecReport{LeafNodeType: types.NodeTypeSynchronizedBeforeSuite, State: types.SpecStateFailed, Failure: types.Failure{Message: "no agent image"}}
	fine := types.SpecReport{LeafNodeType: types.NodeTypeBeforeSuite, State: types.SpecStatePassed}
	for _, c := range []struct {
		name       string
		specs      []types.SpecReport
		change     func(*verdict.Record)
		conclusion verdict.Conclusion
		exit       int
		sentence   string
	}{
		{"all pass", []types.SpecReport{pass, fine}, nil, verdict.Conformant, 0, "conformant: every MUST of 1 requirements"},
		{"unsupported is an answer", []types.SpecReport{pass, unsupported}, nil, verdict.Conformant, 0, "conformant: every MUST of 2 requirements"},
		{"a MUST failed", []types.SpecReport{pass, failed, blocked}, nil, verdict.NotConformant, 1, "not conformant: 1 MUST of 3 requirements were not kept: LOCAL-002; 1 more were not judged: LOCAL-004 (blocked)"},
		{"a SHOULD failed", []types.SpecReport{pass, failed}, func(r *verdict.Record) { r.Requirements[1].Level = catalogue.Should }, verdict.Conformant, 0, "conformant"},
		{"a MUST blocked", []types.SpecReport{pass, blocked}, nil, verdict.Partial, 2, "partial: nothing failed, but 1 MUST of 2 requirements were not judged: LOCAL-004 (blocked)"},
		{"a SHOULD blocked", []types.SpecReport{pass, blocked}, func(r *verdict.Record) { r.Requirements[1].Level = catalogue.Should }, verdict.Conformant, 0, "conformant"},
		{"a MUST skipped", []types.SpecReport{pass, skipped}, nil, verdict.Partial, 2, "LOCAL-005 (skipped)"},
		{"a MUST pending", []types.SpecReport{pass, pending}, nil, verdict.Partial, 2, "LOCAL-006 (not run)"},
		{"a MUST without a spec", []types.SpecReport{pass}, func(r *verdict.Record) {
			r.Requirements = append(r.Requirements, recorded.Requirement("LOCAL-009", "x"))
		}, verdict.Partial, 2, "LOCAL-009 (not run)"},
		{"an error dominates and still names the failure", []types.SpecReport{pass, failed, broken}, nil, verdict.HarnessError, 3, "harness error: the harness or the infrastructure failed in LOCAL-003; besides, 1 MUST were not kept: LOCAL-002"},
		{"a suite node failed", []types.SpecReport{pass, before}, nil, verdict.HarnessError, 3, "SynchronizedBeforeSuite failed: no agent image"},
		{"interrupted", []types.SpecReport{pass}, func(r *verdict.Record) { r.Interrupted = "SIGTERM" }, verdict.HarnessError, 3, "the run ended early: SIGTERM"},
		{"nothing judged", []types.SpecReport{skipped, blocked, unsupported}, nil, verdict.HarnessError, 3, "nothing was judged"},
		{"nothing ran", nil, func(r *verdict.Record) {
			r.Requirements = []catalogue.Requirement{recorded.Requirement("LOCAL-001", "x")}
		}, verdict.HarnessError, 3, "nothing was judged"},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := NewWithT(t)
			r := recorded.Run(c.specs...)
			if c.change != nil {
				c.change(&r)
			}
			v, err := verdict.Of(r)
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(v.Conclusion).To(Equal(c.conclusion), v.Sentence)
			g.Expect(v.ExitCode()).To(Equal(c.exit))
			g.Expect(v.Sentence).To(ContainSubstring(c.sentence))
			g.Expect(v.Focused).To(BeFalse())
		})
	}
}

func TestFocusedRunCertifiesNothing(t *testing.T) {
	g := NewWithT(t)
	r := recorded.Run(recorded.Spec("LOCAL-001"), recorded.Spec("LOCAL-002", recorded.Unselected()))
	r.Requirements = append(r.Requirements, recorded.Requirement("LOCAL-003", "has no spec"))
	r.Filter = "LOCAL-001"
	v, err := verdict.Of(r)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(v.Focused).To(BeTrue())
	g.Expect(v.ExitCode()).To(Equal(0))
	g.Expect(v.Conclusion).To(Equal(verdict.Partial))
	g.Expect(v.Sentence).To(Equal("focused run, which certifies nothing (2 requirements left out): " +
		"nothing failed: every MUST of the 1 selected requirements that is claimed was judged and kept"))
	g.Expect(v.Unselected).To(Equal([]catalogue.ID{"LOCAL-002", "LOCAL-003"}))
	g.Expect(v.Counts.Of(verdict.Statuses()...)).To(Equal(1))

	t.Run("a selected one that did not run is open", func(t *testing.T) {
		r.Filter = "LOCAL-001 || LOCAL-002"
		v, err := verdict.Of(r)
		g := NewWithT(t)
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(v.Selected).To(Equal(verdict.Partial))
		g.Expect(v.Sentence).To(ContainSubstring("LOCAL-002 (skipped)"))
		g.Expect(v.ExitCode()).To(Equal(2))
	})
	t.Run("one that ran counts whatever the filter says", func(t *testing.T) {
		r.Filter, r.Specs[1] = "LOCAL-001", recorded.Spec("LOCAL-002", recorded.Failed("observed: no"))
		v, err := verdict.Of(r)
		g := NewWithT(t)
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(v.Conclusion).To(Equal(verdict.NotConformant))
		g.Expect(v.ExitCode()).To(Equal(1))
		g.Expect(v.Sentence).To(ContainSubstring("1 MUST of the 2 selected requirements were not kept"))
	})
	t.Run("a filter that leaves nothing out focuses nothing", func(t *testing.T) {
		r := recorded.Run(recorded.Spec("LOCAL-001"))
		r.Filter = "!slow"
		v, err := verdict.Of(r)
		g := NewWithT(t)
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(v.Conclusion).To(Equal(verdict.Conformant))
	})
}

func TestRecordThatCannotBeJudged(t *testing.T) {
	unlabelled := recorded.Spec("LOCAL-001")
	unlabelled.LeafNodeLabels = []string{"slow"}
	two := recorded.Spec("LOCAL-001")
	two.ContainerHierarchyLabels = [][]string{{"BIND-001"}}
	for _, c := range []struct {
		name    string
		change  func(*verdict.Record)
		message string
	}{
		{"no schema", func(r *verdict.Record) { r.Schema = "" }, `schema: found "", accepted is "csicert/run/v1"`},
		{"dry run", func(r *verdict.Record) { r.DryRun = true }, "dryRun: found true"},
		{"filter", func(r *verdict.Record) { r.Filter = "(" }, `filter: found "("`},
		{"no catalogue", func(r *verdict.Record) { r.Requirements = nil }, "requirements: found none"},
		{"wrong ID", func(r *verdict.Record) { r.Requirements[0].ID = "local" }, `found the ID "local", accepted is the form AREA-000`},
		{"requirement twice", func(r *verdict.Record) { r.Requirements = append(r.Requirements, r.Requirements[0]) }, "found LOCAL-001 twice"},
		{"unknown ID", func(r *verdict.Record) { r.Specs = append(r.Specs, recorded.Spec("LOCAL-099")) }, `found LOCAL-099 on "LOCAL-099"`},
		{"two specs of one", func(r *verdict.Record) { r.Specs = append(r.Specs, r.Specs[0]) }, `found LOCAL-001 on "LOCAL-001" and on "LOCAL-001"`},
		{"no ID", func(r *verdict.Record) { r.Specs = []types.SpecReport{unlabelled} }, "accepted is exactly one label of the form AREA-000"},
		{"two IDs", func(r *verdict.Record) { r.Specs = []types.SpecReport{two} }, "found the requirements [BIND-001 LOCAL-001]"},
		{"no node type", func(r *verdict.Record) { r.Specs[0].LeafNodeType = types.NodeTypeInvalid }, "accepted are It and suite nodes"},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := NewWithT(t)
			r := recorded.Run(recorded.Spec("LOCAL-001"))
			c.change(&r)
			_, err := verdict.Of(r)
			g.Expect(err).To(MatchError(ContainSubstring(c.message)))
			var bad interface{ BadInput() bool }
			g.Expect(errors.As(err, &bad) && bad.BadInput()).To(BeTrue())
		})
	}
}

func TestOrderOfTheRecordDoesNotMatter(t *testing.T) {
	g := NewWithT(t)
	mixed := func() verdict.Record { // with what two processes may report in either order
		r := recorded.Mixed()
		for _, message := range []string{"gone", "away", "gone"} {
			r.Specs = append(r.Specs, types.SpecReport{LeafNodeType: types.NodeTypeAfterSuite, State: types.SpecStateFailed,
				Failure: types.Failure{Message: message}})
		}
		return r
	}
	want, err := verdict.Of(mixed())
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(want.Areas).To(HaveLen(2))
	g.Expect(want.Areas[0].Name).To(Equal("BIND"))
	g.Expect(want.Areas[0].Status).To(Equal(verdict.Error))
	g.Expect(want.Areas[1].Status).To(Equal(verdict.Fail))
	g.Expect(want.Problems).To(Equal([]string{"AfterSuite failed: away", "AfterSuite failed: gone"}))
	var order []catalogue.ID
	for _, result := range want.Results() {
		order = append(order, result.Requirement.ID)
	}
	g.Expect(order).To(Equal([]catalogue.ID{"BIND-001", "BIND-002", "BIND-003", "BIND-004", "LOCAL-001", "LOCAL-002", "LOCAL-003", "LOCAL-004"}))
	for seed := range int64(5) {
		r := mixed()
		shuffle := rand.New(rand.NewSource(seed))
		shuffle.Shuffle(len(r.Specs), func(i, j int) { r.Specs[i], r.Specs[j] = r.Specs[j], r.Specs[i] })
		shuffle.Shuffle(len(r.Requirements), func(i, j int) { r.Requirements[i], r.Requirements[j] = r.Requirements[j], r.Requirements[i] })
		got, err := verdict.Of(r)
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(got).To(Equal(want))
	}
}

func TestMaxIsTheWorst(t *testing.T) {
	g := NewWithT(t)
	g.Expect(verdict.Max(verdict.Pass, verdict.Blocked, verdict.Warn)).To(Equal(verdict.Blocked))
	g.Expect(verdict.Max(verdict.Fail, verdict.Error)).To(Equal(verdict.Error))
	g.Expect(verdict.Max()).To(Equal(verdict.Unsupported))
	g.Expect(verdict.Statuses()).To(Equal([]verdict.Status{verdict.Unsupported, verdict.Skipped, verdict.NotRun,
		verdict.Pass, verdict.Warn, verdict.Blocked, verdict.Fail, verdict.Error}))
	_, err := verdict.Status(8).MarshalText()
	g.Expect(err).To(MatchError(ContainSubstring("status: found 8")))
}
