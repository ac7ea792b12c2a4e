package mutants_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/onsi/ginkgo/v2/types"
	. "github.com/onsi/gomega"

	"csicert/framework/catalogue"
	"csicert/reports/internal/recorded"
	"csicert/reports/mutants"
	"csicert/reports/verdict"
)

func TestCollateralIsShownAndNotCounted(t *testing.T) {
	g := NewWithT(t)
	fail := recorded.Failed("observed: b-1")
	afterwards := func(s *types.SpecReport) {
		s.AdditionalFailures = []types.AdditionalFailure{{State: types.SpecStateFailed, Failure: types.Failure{Message: "still there", FailureNodeType: types.NodeTypeAfterEach}}}
	}
	honest := recorded.Run(recorded.Spec(id), recorded.Spec("LOCAL-002"), recorded.Spec("LOCAL-003"), recorded.Spec("LOCAL-004"))
	honest.Requirements[1].Mutants, honest.Requirements[3].Mutants = nil, nil
	record := recorded.Run(recorded.Spec(id, recorded.Mark(catalogue.MarkLeftover, "Pod b"), fail, afterwards), recorded.Spec("LOCAL-002", fail), recorded.Spec("LOCAL-003", fail), recorded.Spec("LOCAL-004"))
	judge := func(armed bool) mutants.Row {
		return mutants.Judge(honest.Requirements, of(t, honest), []mutants.Run{{Mutant: mutant, Requirement: id, Armed: armed, Record: record}}).Rows[0]
	}
	row := judge(true)
	g.Expect(row.Outcome).To(Equal(mutants.Killed))
	g.Expect(row.Honest).To(Equal("pass"))
	g.Expect(row.Collateral).To(Equal([]mutants.Collateral{
		{Requirement: "LOCAL-002", Ended: "fail", Line: "b-1"},
		{Requirement: id, Ended: "left behind", Line: "Pod b"},
		{Requirement: id, Ended: "failed in AfterEach", Line: "still there"}}), "LOCAL-003 names the mutant: it has a row of its own")
	g.Expect(judge(false).Collateral).To(BeEmpty(), "nothing is told of a mutant that was not armed")

	record.Specs[0] = recorded.Spec(id)
	row = judge(true)
	g.Expect(row.Outcome).To(Equal(mutants.Survived), "the failure of another requirement kills nothing")
	g.Expect(row.Collateral).To(HaveLen(1))
}

// proven is a matrix of one run that began on that day; its rows are those of the IDs, killed or survived.
func proven(t *testing.T, run string, day int, killed bool, ids ...catalogue.ID) mutants.Matrix {
	var specs []types.SpecReport
	var runs []mutants.Run
	var options []recorded.Option
	if killed {
		options = append(options, recorded.Failed("observed: b-1"))
	}
	for _, id := range ids {
		specs = append(specs, recorded.Spec(id))
		runs = append(runs, mutants.Run{Mutant: mutant, Requirement: id, Armed: true, Record: recorded.Run(recorded.Spec(id, options...))})
	}
	honest := recorded.Run(specs...)
	honest.ID, honest.Started = run, honest.Started.Add(time.Duration(day)*24*time.Hour)
	return mutants.Judge(honest.Requirements, of(t, honest), runs)
}

func told(m mutants.Matrix) (all []string) {
	for _, r := range m.Rows {
		all = append(all, string(r.Requirement)+" "+r.Outcome.String()+" "+r.Proof)
	}
	return all
}

func TestOfAPairTheNewestRowIsKept(t *testing.T) {
	g := NewWithT(t)
	old, middle, newest := proven(t, "old", 1, true, "LOCAL-001", "LOCAL-002"), proven(t, "middle", 2, true, "LOCAL-002"), proven(t, "new", 3, false, "LOCAL-002", "LOCAL-003")
	want := []string{"LOCAL-001 killed old", "LOCAL-002 survived new", "LOCAL-003 survived new"}
	for _, order := range [][]mutants.Matrix{{old, middle, newest}, {newest, middle, old}, {old, newest, old, middle}} {
		m := mutants.Merge(order...)
		g.Expect(told(m)).To(Equal(want), "the newest wins whatever its outcome, and whatever the order of the files")
		g.Expect(m.Proofs).To(HaveLen(2), "a run of which no row is left is left out")
		g.Expect(m.Proofs[0].ID).To(Equal("old"))
	}
	var page bytes.Buffer
	g.Expect(mutants.Merge(old, newest).Markdown(&page, 0)).To(Succeed())
	g.Expect(page.String()).To(ContainSubstring("**1 of 3 mutants killed, 2 survived, 0 inconclusive**; made of 2 runs: of each pair the newest."))
	g.Expect(page.String()).To(MatchRegexp(`\| old \| 2026-05-05 12:00 \| .*\| 1 \| v1.37.2 \|`))
	g.Expect(mutants.Merge().ExitCode()).To(Equal(3))
}

func TestARunThatWasCutShortTakesNoOtherRunsRowsAway(t *testing.T) {
	g := NewWithT(t)
	old := proven(t, "old", 1, true, "LOCAL-001", "LOCAL-002")
	short := mutants.Judge(recorded.Run(recorded.Spec("LOCAL-001"), recorded.Spec("LOCAL-002")).Requirements,
		verdict.Verdict{Run: verdict.Record{ID: "short", Started: old.Proofs[0].Started.Add(time.Hour)}}, nil)
	short.Interrupt("the user pressed\nCtrl-C")
	g.Expect(told(short)).To(Equal([]string{"LOCAL-001 inconclusive ", "LOCAL-002 inconclusive "}), "what was not run is no row of the run")
	for _, order := range [][]mutants.Matrix{{old, short}, {short, old}} {
		g.Expect(told(mutants.Merge(order...))).To(Equal([]string{"LOCAL-001 killed old", "LOCAL-002 killed old"}))
	}
	var page, html bytes.Buffer
	cut := proven(t, "cut", 2, true, "LOCAL-001")
	cut.Interrupt("the user pressed\nCtrl-C")
	g.Expect(cut.Markdown(&page, 0)).To(Succeed())
	g.Expect(page.String()).To(ContainSubstring("Run cut ended early: the user pressed."))
	g.Expect(cut.WriteHTML(&html)).To(Succeed())
	g.Expect(html.String()).To(ContainSubstring("ended early: the user pressed<"))
}

func TestAMatrixIsHeldAgainstTheCatalogue(t *testing.T) {
	g := NewWithT(t)
	named := recorded.Run(recorded.Spec("LOCAL-001"), recorded.Spec("LOCAL-003"), recorded.Spec("LOCAL-004")).Requirements
	named[0].Statement, named[2].Mutants = "in today's words", nil
	m, outdated := proven(t, "old", 1, true, "LOCAL-001", "LOCAL-002").Against(named)
	g.Expect(told(m)).To(Equal([]string{"LOCAL-001 killed old", "LOCAL-003 inconclusive ", "LOCAL-004 inconclusive "}))
	g.Expect(outdated).To(Equal(1))
	g.Expect(m.Rows[0].Statement).To(Equal("in today's words"))
	g.Expect(m.Rows[1].Reason).To(Equal("not run"))
	g.Expect(m.ExitCode()).To(Equal(3))
	m, _ = proven(t, "gone", 1, true, "LOCAL-002").Against(named)
	g.Expect(m.Proofs).To(BeEmpty())
}

func TestMatrixIsLoaded(t *testing.T) {
	g := NewWithT(t)
	m, err := mutants.Load(filepath.Join("..", "testdata", "mutants.json"))
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(m).To(Equal(three(t)), "what was written is read, all of it")
	for name, c := range map[string]struct{ content, says string }{
		"missing": {"", "found no file"},
		"empty":   {"{}", `schema: found "", accepted is "csicert/mutants/v1"`},
		"cut":     {`{"schema":`, "found no JSON object"},
		"form":    {`{"schema":"csicert/mutants/v1","rows":[{"outcome":"dead"}]}`, `found "dead", accepted are killed`},
		"run":     {`{"schema":"csicert/mutants/v1","rows":[{"requirement":"LOCAL-001","mutant":"x","outcome":"killed","run":"r"}]}`, `found run "r" of LOCAL-001 under x, accepted are the IDs in runs`},
	} {
		t.Run(name, func(t *testing.T) {
			g, path := NewWithT(t), filepath.Join(t.TempDir(), "mutants.json")
			if c.content != "" {
				g.Expect(os.WriteFile(path, []byte(c.content), 0o600)).To(Succeed())
			}
			_, err := mutants.Load(path)
			g.Expect(err).To(MatchError(ContainSubstring(c.says)))
			var bad interface{ BadInput() bool }
			g.Expect(errors.As(err, &bad) && bad.BadInput()).To(BeTrue())
		})
	}
}

func TestPageNeedsNothingElse(t *testing.T) {
	g := NewWithT(t)
	var page bytes.Buffer
	g.Expect(three(t).WriteHTML(&page)).To(Succeed())
	text := page.String()
	for _, foreign := range []string{"http:", "https:", "src=", "@import", "url(", "<link"} {
		g.Expect(text).NotTo(ContainSubstring(foreign))
	}
	g.Expect(text).To(ContainSubstring("default-src 'none'"))
	g.Expect(strings.Count(text, "data-outcome=")).To(Equal(3))
	g.Expect(text).To(ContainSubstring("a | b_c &lt;d&gt;"), "what is said is no markup")
	g.Expect(text).To(ContainSubstring("besides: LOCAL-001 left behind: Pod &lt;b&gt;"))
}
