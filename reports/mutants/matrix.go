package mutants

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"csicert/framework/catalogue"
	"csicert/reports/verdict"
)

// Schema is the form of mutants.json, which is a Matrix.
const Schema = "csicert/mutants/v1"

// noMutant stands in a row for the mutant that a MUST does not name.
const noMutant = "(none)"

// Matrix is every pair of requirement and mutant that the catalogue names, by ID and then by mutant, and the runs of
// pairs that it does not name.
type Matrix struct {
	Schema string  `json:"schema"`
	Proofs []Proof `json:"runs"` // the runs that the rows are of, oldest first
	Rows   []Row   `json:"rows"`
}

// Proof is one run of `csicert mutants`.
type Proof struct {
	ID         string          `json:"id"`
	Command    []string        `json:"command"` // what was typed, word by word
	Started    time.Time       `json:"started"`
	Ended      time.Time       `json:"ended"`
	Harness    verdict.Harness `json:"harness"`
	Kubernetes string          `json:"kubernetes"` // the server's version
	Driver     string          `json:"driver"`     // what was judged: a CSI driver's name, or Kubernetes itself
	Engine     string          `json:"engine,omitempty"`
	// Interrupted is why the run ended early, if it did: what had not ended by then has no row of the run.
	Interrupted string `json:"interrupted,omitempty"`
}

// Interrupt notes why the run ended early.
func (m *Matrix) Interrupt(why string) {
	for i := range m.Proofs {
		m.Proofs[i].Interrupted = verdict.FirstLine(verdict.Plain(why), lineLimit)
	}
}

func proofOf(r verdict.Record) Proof {
	return Proof{ID: r.ID, Command: r.Command, Started: r.Started, Ended: r.Ended, Harness: r.Harness,
		Kubernetes: r.Cluster.Kubernetes, Driver: r.Subject.Name, Engine: r.Cluster.Engine}
}

// Row is one requirement under one mutant.
type Row struct {
	Requirement catalogue.ID    `json:"requirement"`
	Level       catalogue.Level `json:"level"`
	Statement   string          `json:"statement"` // what the requirement promises
	Mutant      string          `json:"mutant"`
	Wrong       string          `json:"wrong"` // what the mutant does wrong, in one sentence
	Outcome     Outcome         `json:"outcome"`
	Reason      string          `json:"reason"`           // of killed: the first line of the failure, else why not
	At          string          `json:"at,omitempty"`     // of killed: file:line of the judgement that failed
	Honest      string          `json:"honest,omitempty"` // how the requirement ended without the mutant; empty: not judged
	Collateral  []Collateral    `json:"collateral,omitempty"`
	Note        string          `json:"note,omitempty"`
	Seconds     float64         `json:"seconds"`       // of the pass under the mutant, other requirements included
	Proof       string          `json:"run,omitempty"` // ID of the run; empty: never run
	Rerun       string          `json:"rerun"`         // the command that repeats this row
}

// Collateral is something besides the requirement's own judgement that went wrong under the mutant. It is shown and
// not counted: it neither kills nor saves.
type Collateral struct {
	Requirement catalogue.ID `json:"requirement"` // whose spec it was
	Ended       string       `json:"ended"`       // how: a status, "left behind", or "failed in" a node
	Line        string       `json:"line"`
}

func newRow(r catalogue.Requirement, m catalogue.Mutant) Row {
	focus := string(r.ID)
	if m.Name != noMutant {
		focus += "/" + m.Name
	}
	return Row{Requirement: r.ID, Level: r.Level, Statement: r.Statement, Mutant: m.Name, Wrong: m.Wrong,
		Rerun: "make mutants FOCUS=" + focus}
}

// collateral is what went wrong besides: in specs of requirements that do not name the mutant, and in the
// requirement's own spec once it had ended. Specs of those that name it have rows of their own.
func collateral(row Row, r verdict.Record, under verdict.Verdict, requirements []catalogue.Requirement) []Collateral {
	var all []Collateral
	for _, other := range under.With(verdict.Warn, verdict.Blocked, verdict.Fail, verdict.Error) {
		id := other.Requirement.ID
		names := slices.ContainsFunc(requirements, func(q catalogue.Requirement) bool {
			return q.ID == id && slices.ContainsFunc(q.Mutants, func(m catalogue.Mutant) bool { return m.Name == row.Mutant })
		})
		if id != row.Requirement && !names {
			all = append(all, Collateral{id, other.Status.String(), other.Reason})
		}
	}
	if own, found := result(under, row.Requirement); found {
		for _, left := range own.Leftovers {
			all = append(all, Collateral{row.Requirement, "left behind", left})
		}
	}
	for _, spec := range r.Specs {
		if !slices.Contains(spec.Labels(), string(row.Requirement)) {
			continue
		}
		for _, more := range spec.AdditionalFailures {
			all = append(all, Collateral{row.Requirement, fmt.Sprintf("failed in %s", more.Failure.FailureNodeType),
				verdict.FirstLine(verdict.Plain(more.Failure.Message), lineLimit)})
		}
	}
	return all
}

func (m *Matrix) sort() {
	slices.SortStableFunc(m.Rows, func(a, b Row) int {
		return cmp.Or(cmp.Compare(a.Requirement, b.Requirement), cmp.Compare(a.Mutant, b.Mutant))
	})
	slices.SortStableFunc(m.Proofs, func(a, b Proof) int { return cmp.Or(a.Started.Compare(b.Started), cmp.Compare(a.ID, b.ID)) })
}

// Area is the outcomes of the requirements whose IDs begin alike.
type Area struct {
	Name                           string
	Killed, Survived, Inconclusive int
	Rows                           []Row
}

// Areas are the rows by area, in the order of the rows.
func (m Matrix) Areas() []Area {
	var all []Area
	for _, row := range m.Rows {
		name := row.Requirement.Area()
		i := slices.IndexFunc(all, func(a Area) bool { return a.Name == name })
		if i < 0 {
			all, i = append(all, Area{Name: name}), len(all)
		}
		area := &all[i]
		area.Rows = append(area.Rows, row)
		switch row.Outcome {
		case Killed:
			area.Killed++
		case Survived:
			area.Survived++
		default:
			area.Inconclusive++
		}
	}
	return all
}

// collaterals counts the rows that have any.
func (m Matrix) collaterals() int {
	n := 0
	for _, row := range m.Rows {
		if len(row.Collateral) > 0 {
			n++
		}
	}
	return n
}
