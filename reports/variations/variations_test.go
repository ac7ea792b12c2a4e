package variations_test

import (
	"bytes"
	"testing"

	"github.com/onsi/ginkgo/v2/types"
	. "github.com/onsi/gomega"

	"csicert/framework/catalogue"
	"csicert/reports/internal/recorded"
	"csicert/reports/variations"
	"csicert/reports/verdict"
)

func run(name string, specs ...types.SpecReport) variations.Run {
	r := recorded.Run(specs...)
	return variations.Run{Variation: name, Varies: "calls take longer", Requirements: r.Requirements, Record: r}
}

func TestOutcomes(t *testing.T) {
	skipped := recorded.Ended(types.SpecStateSkipped, types.NodeTypeIt, "x")
	should := run("slow", recorded.Spec("SNAP-001", recorded.Failed("observed: late")))
	should.Requirements[0].Level, should.Record.Requirements[0].Level = catalogue.Should, catalogue.Should
	interrupted := run("slow", recorded.Spec("SNAP-001"))
	interrupted.Record.Interrupted = "SIGTERM"
	dry := run("slow", recorded.Spec("SNAP-001"))
	dry.Record.DryRun = true
	other := run("slow", recorded.Spec("SNAP-002"))
	other.Requirements = []catalogue.Requirement{{ID: "SNAP-001"}}
	none := other
	none.Record, none.Note = verdict.Record{}, "no report"
	for name, c := range map[string]struct {
		run     variations.Run
		outcome variations.Outcome
		reason  string
		code    int
	}{
		"passed":       {run("slow", recorded.Spec("SNAP-001")), variations.Kept, "", 0},
		"failed":       {run("slow", recorded.Spec("SNAP-001", recorded.Failed("observed: late"))), variations.Condemned, "late", 1},
		"a SHOULD":     {should, variations.Condemned, "late", 1},
		"blocked":      {run("slow", recorded.Spec("SNAP-001", recorded.Failed("x"), recorded.Mark(catalogue.MarkBlocked, "Claim: none"))), variations.Condemned, "Claim: none", 1},
		"left behind":  {run("slow", recorded.Spec("SNAP-001", recorded.Mark(catalogue.MarkLeftover, "Pod b"))), variations.Condemned, "Pod b", 1},
		"skipped":      {run("slow", recorded.Spec("SNAP-001", recorded.Unmarked(), skipped, recorded.Mark(catalogue.MarkSkipped, "one zone"))), variations.Idle, "one zone", 3},
		"interrupted":  {interrupted, variations.Inconclusive, "went wrong: the run ended early: SIGTERM", 3},
		"dry":          {dry, variations.Inconclusive, "cannot be judged", 3},
		"another spec": {other, variations.Inconclusive, "did not judge the requirement", 3},
		"no record":    {none, variations.Inconclusive, "no report", 3},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			table := variations.Judge([]variations.Run{c.run})
			g.Expect(table.Rows).To(HaveLen(1))
			g.Expect(table.Rows[0].Outcome).To(Equal(c.outcome), table.Rows[0].Reason)
			g.Expect(table.Rows[0].Reason).To(ContainSubstring(c.reason))
			g.Expect(table.ExitCode()).To(Equal(c.code))
		})
	}
	NewWithT(t).Expect(variations.Judge(nil).ExitCode()).To(Equal(3), "no row proves nothing")
}

func TestAVariationUnderWhichNothingPassedProvesNothing(t *testing.T) {
	g := NewWithT(t)
	idle := recorded.Spec("SNAP-001", recorded.Unmarked(), recorded.Ended(types.SpecStateSkipped, types.NodeTypeIt, "x"), recorded.Mark(catalogue.MarkUnsupported, "no snapshots"))
	table := variations.Judge([]variations.Run{run("slow", recorded.Spec("SNAP-002")), run("later", idle), run("slow", recorded.Spec("SNAP-001"))})
	g.Expect(table.Unseen()).To(Equal([]string{"later"}))
	g.Expect(table.ExitCode()).To(Equal(3))
	g.Expect(table.Sentence()).To(Equal("3 judgements of drivers that are right: 2 passed, 1 idle, 0 condemned, 0 inconclusive"))
}

func TestReportsNameWhatWasCondemned(t *testing.T) {
	g := NewWithT(t)
	table := variations.Judge([]variations.Run{run("slow", recorded.Spec("SNAP-001", recorded.Failed("observed: late")), recorded.Spec("SNAP-002"))})
	var terminal, xml, json bytes.Buffer
	g.Expect(table.Write(&terminal)).To(Succeed())
	g.Expect(table.WriteJUnit(&xml)).To(Succeed())
	g.Expect(table.WriteJSON(&json)).To(Succeed())
	g.Expect(terminal.String()).To(MatchRegexp(`slow +1 passed +0 idle +1 condemned +0 inconclusive +calls take longer\n +SNAP-001 +fail: .*late\n +rerun: make variations FOCUS=slow,SNAP-001\n\n2 judgements`))
	g.Expect(xml.String()).To(And(ContainSubstring(`tests="2" failures="1" errors="0"`), ContainSubstring("SNAP-001 accepts slow")))
	g.Expect(json.String()).To(ContainSubstring(`"outcome": "condemned"`))
}
