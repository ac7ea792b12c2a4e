// Package mutants exists because a check that has never been seen to fail proves nothing: it holds the runs under
// defective drivers, clusters and objects against the honest run, and says which defects were caught.
package mutants

import (
	"fmt"
	"slices"
	"strings"

	"csicert/framework/catalogue"
	"csicert/reports/verdict"
)

// Run is one spec under one mutant.
type Run struct {
	Mutant      string
	Requirement catalogue.ID
	Record      verdict.Record // as of any run; only the requirement's result is looked at
	Armed       bool           // the defect was really in place while the spec ran
	Note        string         // what the runner has to say of it, such as why it was not armed
	Seconds     float64        // of the whole run
}

// Of counts the rows of an outcome.
func (m Matrix) Of(o Outcome) int {
	n := 0
	for _, row := range m.Rows {
		if row.Outcome == o {
			n++
		}
	}
	return n
}

// ExitCode is 0 only when there are rows and all are killed, 1 when any survived, otherwise 3.
func (m Matrix) ExitCode() int {
	switch {
	case m.Of(Survived) > 0:
		return 1
	case m.Of(Inconclusive) > 0 || len(m.Rows) == 0:
		return 3
	}
	return 0
}

// Judge holds the runs against the honest verdict of the same requirements in the same cluster. A MUST that names
// no mutant is a row too, since nothing shows that it can fail.
func Judge(requirements []catalogue.Requirement, honest verdict.Verdict, runs []Run) Matrix {
	m, named := Matrix{Schema: Schema, Proofs: []Proof{proofOf(honest.Run)}}, make([]bool, len(runs))
	for _, requirement := range requirements {
		for _, mutant := range requirement.Mutants {
			row := newRow(requirement, mutant)
			var of []Run
			for i, run := range runs {
				if run.Requirement == requirement.ID && run.Mutant == mutant.Name {
					of, named[i] = append(of, run), true
				}
			}
			m.Rows = append(m.Rows, judge(row, honest, of, requirements))
		}
		if len(requirement.Mutants) == 0 && requirement.Level == catalogue.Must {
			row := newRow(requirement, catalogue.Mutant{Name: noMutant})
			row.Outcome, row.Reason = Inconclusive, "the catalogue names no mutant of this MUST"
			m.Rows = append(m.Rows, row)
		}
	}
	for i, run := range runs {
		if !named[i] {
			row := newRow(catalogue.Requirement{ID: run.Requirement}, catalogue.Mutant{Name: run.Mutant})
			row.Outcome, row.Reason = Inconclusive, "the catalogue does not name this pair"
			row.Note, row.Seconds, row.Proof = run.Note, run.Seconds, honest.Run.ID
			m.Rows = append(m.Rows, row)
		}
	}
	m.sort()
	return m
}

func judge(row Row, honest verdict.Verdict, runs []Run, requirements []catalogue.Requirement) Row {
	row.Outcome = Inconclusive // unless everything below holds
	sound, found := result(honest, row.Requirement)
	if found {
		row.Honest = sound.Status.String()
	}
	if len(runs) == 0 {
		row.Reason = "not run"
		return row
	}
	row.Proof = honest.Run.ID
	if len(runs) > 1 {
		row.Reason = fmt.Sprintf("ran %d times: a pair is judged once", len(runs))
		return row
	}
	run := runs[0]
	row.Note, row.Seconds = verdict.Plain(run.Note), run.Seconds
	if !run.Armed {
		row.Reason = strings.TrimSuffix("the mutant was not armed: "+row.Note, ": ")
		return row
	}
	if !found {
		row.Reason = "the honest run did not judge the requirement"
		return row
	}
	if sound.Status != verdict.Pass {
		row.Reason = fmt.Sprintf("the honest run ended %s: %s", sound.Status, sound.Reason)
		return row
	}
	under, err := verdict.Of(run.Record)
	if err != nil {
		row.Reason = "the run under the mutant cannot be judged: " + err.Error()
		return row
	}
	row.Collateral = collateral(row, run.Record, under, requirements)
	if problems := wrong(under); len(problems) > 0 {
		row.Reason = "the run under the mutant went wrong: " + strings.Join(problems, "; ")
		return row
	}
	ended, found := result(under, row.Requirement)
	switch {
	case !found:
		row.Reason = "the run under the mutant did not judge the requirement"
	case ended.Status == verdict.Fail || ended.Status == verdict.Warn:
		row.Outcome, row.Reason, row.At = Killed, ended.Reason, ended.Where
	case ended.Status == verdict.Pass:
		row.Outcome, row.Reason = Survived, "the requirement passed although "+row.Wrong
	default:
		row.Reason = fmt.Sprintf("ended %s under the mutant: %s", ended.Status, ended.Reason)
	}
	return row
}

// wrong are the problems of a run that say more than the requirement's own status does.
func wrong(v verdict.Verdict) []string {
	return slices.DeleteFunc(slices.Clone(v.Problems), func(p string) bool { return p == verdict.NothingJudged })
}

func result(v verdict.Verdict, id catalogue.ID) (verdict.Result, bool) {
	for _, r := range v.Results() {
		if r.Requirement.ID == id {
			return r, true
		}
	}
	return verdict.Result{}, false
}
