package mutants_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"testing"

	"github.com/onsi/ginkgo/v2/types"
	. "github.com/onsi/gomega"

	"csicert/framework/catalogue"
	"csicert/reports/internal/golden"
	"csicert/reports/internal/recorded"
	"csicert/reports/mutants"
	"csicert/reports/verdict"
)

const (
	id     = catalogue.ID("LOCAL-001")
	mutant = "affinity-removed"
)

func of(t *testing.T, r verdict.Record) verdict.Verdict {
	t.Helper()
	v, err := verdict.Of(r)
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	return v
}

func under(options ...recorded.Option) verdict.Record {
	return recorded.Run(recorded.Spec(id, options...))
}

func TestOutcome(t *testing.T) {
	fail := recorded.Failed("observed: b-1")
	sound := under()
	should := under(fail)
	should.Requirements[0].Level = catalogue.Should
	interrupted, dry, other := under(fail), under(fail), recorded.Run(recorded.Spec("LOCAL-002", fail))
	interrupted.Interrupted, dry.DryRun = "SIGTERM", true
	suite := recorded.Run(recorded.Spec(id, fail), types.SpecReport{LeafNodeType: types.NodeTypeAfterSuite, State: types.SpecStateFailed, Failure: types.Failure{Message: "gone"}})
	early := under(recorded.Failed("x"), recorded.Mark(catalogue.MarkBlocked, "Claim"))
	early.Interrupted = "SIGTERM"
	for _, c := range []struct {
		name    string
		honest  verdict.Record
		run     mutants.Run
		outcome mutants.Outcome
		reason  string
	}{
		{"failed", sound, mutants.Run{Armed: true, Record: under(fail)}, mutants.Killed, "b-1"},
		{"a SHOULD failed", sound, mutants.Run{Armed: true, Record: should}, mutants.Killed, "a SHOULD was not kept: b-1"},
		{"passed", sound, mutants.Run{Armed: true, Record: sound}, mutants.Survived, "the requirement passed although the volume has no node affinity"},
		{"not armed", sound, mutants.Run{Record: under(fail), Note: "the edit found no object"}, mutants.Inconclusive, "the mutant was not armed: the edit found no object"},
		{"not armed and passed", sound, mutants.Run{Record: sound}, mutants.Inconclusive, "the mutant was not armed"},
		{"honest failed", under(fail), mutants.Run{Armed: true, Record: under(fail)}, mutants.Inconclusive, "the honest run ended fail: b-1"},
		{"honest warned", should, mutants.Run{Armed: true, Record: should}, mutants.Inconclusive, "the honest run ended warn"},
		{"honest looked at nothing", under(recorded.Unmarked()), mutants.Run{Armed: true, Record: under(fail)}, mutants.Inconclusive, "the honest run ended error"},
		{"honest had another", other, mutants.Run{Armed: true, Record: under(fail)}, mutants.Inconclusive, "the honest run did not judge the requirement"},
		{"blocked", sound, mutants.Run{Armed: true, Record: under(recorded.Failed("x"), recorded.Mark(catalogue.MarkBlocked, "Claim: none"))}, mutants.Inconclusive, "ended blocked under the mutant: Claim: none"},
		{"panicked", sound, mutants.Run{Armed: true, Record: under(recorded.Ended(types.SpecStatePanicked, types.NodeTypeIt, "nil"))}, mutants.Inconclusive, "ended error under the mutant: panicked"},
		{"interrupted spec", sound, mutants.Run{Armed: true, Record: under(recorded.Ended(types.SpecStateInterrupted, types.NodeTypeIt, "x"))}, mutants.Inconclusive, "interrupted"},
		{"timed out", sound, mutants.Run{Armed: true, Record: under(recorded.Ended(types.SpecStateTimedout, types.NodeTypeIt, "x"))}, mutants.Inconclusive, "timedout"},
		{"failed before", sound, mutants.Run{Armed: true, Record: under(recorded.Ended(types.SpecStateFailed, types.NodeTypeBeforeEach, "x"))}, mutants.Inconclusive, "failed in BeforeEach"},
		{"skipped", sound, mutants.Run{Armed: true, Record: under(recorded.Ended(types.SpecStateSkipped, types.NodeTypeIt, "x"))}, mutants.Inconclusive, "ended skipped"},
		{"interrupted run", sound, mutants.Run{Armed: true, Record: interrupted}, mutants.Inconclusive, "went wrong: the run ended early: SIGTERM"},
		{"interrupted and blocked", sound, mutants.Run{Armed: true, Record: early}, mutants.Inconclusive, "went wrong: the run ended early: SIGTERM"},
		{"suite failed", sound, mutants.Run{Armed: true, Record: suite}, mutants.Inconclusive, "went wrong: AfterSuite failed: gone"},
		{"dry run", sound, mutants.Run{Armed: true, Record: dry}, mutants.Inconclusive, "cannot be judged"},
		{"another requirement failed", sound, mutants.Run{Armed: true, Record: other}, mutants.Inconclusive, "did not judge the requirement"},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := NewWithT(t)
			c.run.Mutant, c.run.Requirement = mutant, id
			m := mutants.Judge(sound.Requirements, of(t, c.honest), []mutants.Run{c.run})
			g.Expect(m.Rows).To(HaveLen(1))
			g.Expect(m.Rows[0].Outcome).To(Equal(c.outcome), m.Rows[0].Reason)
			g.Expect(m.Rows[0].Reason).To(ContainSubstring(c.reason))
			g.Expect(m.ExitCode()).To(Equal([]int{mutants.Killed: 0, mutants.Survived: 1, mutants.Inconclusive: 3}[c.outcome]))
		})
	}
}

// three is a matrix with one row of each outcome.
func three(t *testing.T) mutants.Matrix {
	honest := recorded.Run(recorded.Spec("LOCAL-002"), recorded.Spec("LOCAL-001"), recorded.Spec("LOCAL-003"))
	honest.Requirements[0].Statement = "a | b_c <d>"
	run := func(id catalogue.ID, options ...recorded.Option) mutants.Run {
		return mutants.Run{Mutant: mutant, Requirement: id, Armed: true, Seconds: 2.5, Record: recorded.Run(recorded.Spec(id, options...))}
	}
	return mutants.Judge(honest.Requirements, of(t, honest), []mutants.Run{run("LOCAL-002"),
		run("LOCAL-001", recorded.Failed("observed: b-1"), recorded.Mark(catalogue.MarkLeftover, "Pod <b>"))})
}

func TestEveryPairIsARow(t *testing.T) {
	g := NewWithT(t)
	m := three(t)
	var got []string
	for _, row := range m.Rows {
		got = append(got, string(row.Requirement)+" "+row.Outcome.String())
	}
	g.Expect(got).To(Equal([]string{"LOCAL-001 killed", "LOCAL-002 survived", "LOCAL-003 inconclusive"}))
	g.Expect(m.Rows[2].Reason).To(Equal("not run"))
	g.Expect(m.ExitCode()).To(Equal(1), "a survivor dominates")

	honest := under()
	sure := mutants.Run{Mutant: mutant, Requirement: id, Armed: true, Record: under(recorded.Failed("observed: b-1"))}
	stray := sure
	stray.Mutant = "unheard-of"
	for reason, m := range map[string]mutants.Matrix{
		"ran 2 times: a pair is judged once":         mutants.Judge(honest.Requirements, of(t, honest), []mutants.Run{sure, sure}),
		"the catalogue does not name this pair":      mutants.Judge(honest.Requirements, of(t, honest), []mutants.Run{sure, stray}),
		"the catalogue names no mutant of this MUST": mutants.Judge([]catalogue.Requirement{{ID: id}}, of(t, honest), nil),
	} {
		g.Expect(m.Rows[len(m.Rows)-1].Reason).To(Equal(reason))
		g.Expect(m.ExitCode()).To(Equal(3))
	}
	g.Expect(mutants.Judge(nil, of(t, honest), nil).ExitCode()).To(Equal(3), "no row proves nothing")
	g.Expect(mutants.Judge([]catalogue.Requirement{{ID: id, Level: catalogue.Should}}, of(t, honest), nil).Rows).To(BeEmpty())
}

func TestGolden(t *testing.T) {
	m := three(t)
	for name, write := range map[string]func(*bytes.Buffer) error{
		"mutants.txt":  func(b *bytes.Buffer) error { return m.Write(b) },
		"mutants.json": func(b *bytes.Buffer) error { return m.WriteJSON(b) },
		"mutants.xml":  func(b *bytes.Buffer) error { return m.WriteJUnit(b) },
		"mutants.md":   func(b *bytes.Buffer) error { return m.Markdown(b, 2) },
		"mutants.html": func(b *bytes.Buffer) error { return m.WriteHTML(b) },
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			var got bytes.Buffer
			g.Expect(write(&got)).To(Succeed())
			golden.Equal(t, name, got.String())
		})
	}
}

func TestJUnitCountsSurvivorsAsFailures(t *testing.T) {
	g := NewWithT(t)
	var out bytes.Buffer
	g.Expect(three(t).WriteJUnit(&out)).To(Succeed())
	var read struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Errors   int `xml:"errors,attr"`
	}
	g.Expect(xml.Unmarshal(out.Bytes(), &read)).To(Succeed())
	g.Expect([]int{read.Tests, read.Failures, read.Errors}).To(Equal([]int{3, 1, 1}))
}

func TestMatrixIsReadBack(t *testing.T) {
	g := NewWithT(t)
	var out bytes.Buffer
	g.Expect(three(t).WriteJSON(&out)).To(Succeed())
	var m mutants.Matrix
	g.Expect(json.Unmarshal(out.Bytes(), &m)).To(Succeed())
	g.Expect(m.Rows).To(Equal(three(t).Rows))
	g.Expect(json.Unmarshal([]byte(`{"rows":[{"outcome":"dead"}]}`), &m)).To(MatchError(ContainSubstring(`found "dead", accepted are killed`)))
}

type broken struct{}

var errBroken = errors.New("broken pipe")

func (broken) Write([]byte) (int, error) { return 0, errBroken }

func TestWriterThatFails(t *testing.T) {
	g, m := NewWithT(t), three(t)
	g.Expect(m.Write(broken{})).To(MatchError(errBroken))
	g.Expect(m.WriteJSON(broken{})).To(MatchError(errBroken))
	g.Expect(m.WriteJUnit(broken{})).To(MatchError(errBroken))
	g.Expect(m.Markdown(broken{}, 0)).To(MatchError(errBroken))
	g.Expect(m.WriteHTML(broken{})).To(MatchError(errBroken))
}
