// Package mutants exists because a check that has never been seen to fail proves nothing: it holds the runs under
// defective drivers, clusters and objects against the honest run, and says which defects were caught.
package mutants

import (
	"cmp"
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

// Outcome is what a mutant tells of the requirement that names it.
type Outcome int

const (
	Killed       Outcome = iota // the requirement failed by its own judgement: it catches the defect
	Survived                    // the requirement passed although the defect was there
	Inconclusive                // nothing was learnt
)

var outcomeWords = [...]string{Killed: "killed", Survived: "survived", Inconclusive: "inconclusive"}

func (o Outcome) String() string {
	if o < 0 || int(o) >= len(outcomeWords) {
		return fmt.Sprintf("Outcome(%d)", int(o))
	}
	return outcomeWords[o]
}

// MarshalText writes the outcome as String does.
func (o Outcome) MarshalText() ([]byte, error) {
	if o < 0 || int(o) >= len(outcomeWords) {
		return nil, fmt.Errorf("outcome: found %d, accepted are 0 to %d", int(o), len(outcomeWords)-1)
	}
	return []byte(outcomeWords[o]), nil
}

// UnmarshalText reads what MarshalText wrote.
func (o *Outcome) UnmarshalText(text []byte) error {
	i := slices.Index(outcomeWords[:], string(text))
	if i < 0 {
		return fmt.Errorf("outcome: found %q, accepted are killed, survived, inconclusive", text)
	}
	*o = Outcome(i)
	return nil
}

// Row is one requirement under one mutant.
type Row struct {
	Requirement catalogue.ID    `json:"requirement"`
	Level       catalogue.Level `json:"level"`
	Statement   string          `json:"statement"`
	Mutant      string          `json:"mutant"`
	Wrong       string          `json:"wrong"` // what the mutant does wrong
	Outcome     Outcome         `json:"outcome"`
	Reason      string          `json:"reason"` // of Killed: what the requirement observed
	Note        string          `json:"note,omitempty"`
	Seconds     float64         `json:"seconds"`
	Rerun       string          `json:"rerun"`
}

// Matrix is every pair of requirement and mutant that the catalogue names, by ID and then by mutant, and behind
// them the runs of pairs that it does not name.
type Matrix struct {
	Run  verdict.Record `json:"run"` // the honest run, without its specs
	Rows []Row          `json:"rows"`
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
	m, named := Matrix{Run: honest.Run}, make([]bool, len(runs))
	for _, requirement := range requirements {
		for _, mutant := range requirement.Mutants {
			row := newRow(requirement, mutant)
			var of []Run
			for i, run := range runs {
				if run.Requirement == requirement.ID && run.Mutant == mutant.Name {
					of, named[i] = append(of, run), true
				}
			}
			m.Rows = append(m.Rows, judge(row, honest, of))
		}
		if len(requirement.Mutants) == 0 && requirement.Level == catalogue.Must {
			row := newRow(requirement, catalogue.Mutant{Name: "(none)"})
			row.Outcome, row.Reason = Inconclusive, "the catalogue names no mutant of this MUST"
			m.Rows = append(m.Rows, row)
		}
	}
	for i, run := range runs {
		if !named[i] {
			row := newRow(catalogue.Requirement{ID: run.Requirement}, catalogue.Mutant{Name: run.Mutant})
			row.Outcome, row.Reason = Inconclusive, "the catalogue does not name this pair"
			row.Note, row.Seconds = run.Note, run.Seconds
			m.Rows = append(m.Rows, row)
		}
	}
	slices.SortStableFunc(m.Rows, func(a, b Row) int {
		return cmp.Or(cmp.Compare(a.Requirement, b.Requirement), cmp.Compare(a.Mutant, b.Mutant))
	})
	return m
}

func newRow(r catalogue.Requirement, m catalogue.Mutant) Row {
	return Row{Requirement: r.ID, Level: r.Level, Statement: r.Statement, Mutant: m.Name, Wrong: m.Wrong,
		Rerun: fmt.Sprintf("make mutants FOCUS=%s", r.ID)}
}

func judge(row Row, honest verdict.Verdict, runs []Run) Row {
	row.Outcome = Inconclusive // unless everything below holds
	if len(runs) != 1 {
		row.Reason = "not run"
		if len(runs) > 1 {
			row.Reason = fmt.Sprintf("ran %d times: a pair is judged once", len(runs))
		}
		return row
	}
	run := runs[0]
	row.Note, row.Seconds = verdict.Plain(run.Note), run.Seconds
	if !run.Armed {
		row.Reason = strings.TrimSuffix("the mutant was not armed: "+row.Note, ": ")
		return row
	}
	if sound, found := result(honest, row.Requirement); !found {
		row.Reason = "the honest run did not judge the requirement"
		return row
	} else if sound.Status != verdict.Pass {
		row.Reason = fmt.Sprintf("the honest run ended %s: %s", sound.Status, sound.Reason)
		return row
	}
	under, err := verdict.Of(run.Record)
	if err != nil {
		row.Reason = "the run under the mutant cannot be judged: " + err.Error()
		return row
	}
	if problems := wrong(under); len(problems) > 0 {
		row.Reason = "the run under the mutant went wrong: " + strings.Join(problems, "; ")
		return row
	}
	ended, found := result(under, row.Requirement)
	switch {
	case !found:
		row.Reason = "the run under the mutant did not judge the requirement"
	case ended.Status == verdict.Fail || ended.Status == verdict.Warn:
		row.Outcome, row.Reason = Killed, ended.Reason
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
