// Package variations holds what requirements made of drivers that are as right as the one they were written with, and says
// which were taken in by a habit of it.
package variations

import (
	"cmp"
	"fmt"
	"slices"

	"csicert/framework/catalogue"
	"csicert/reports/verdict"
)

// Run is a pass of specs under one variation.
type Run struct {
	Variation    string
	Varies       string // what it does in another way
	Requirements []catalogue.Requirement
	Record       verdict.Record
	Note         string // why there is no record; empty where there is one
}

// Outcome is what a requirement made of a variation.
type Outcome string

// The outcomes.
const (
	Kept         Outcome = "kept"         // the requirement passed: it judges the promise
	Idle         Outcome = "idle"         // it was unsupported or skipped, as under the driver's own way
	Condemned    Outcome = "condemned"    // it did not pass, although the driver was right: a false alarm
	Inconclusive Outcome = "inconclusive" // nothing was learnt
)

// Row is one requirement under one variation.
type Row struct {
	Variation   string         `json:"variation"`
	Varies      string         `json:"varies"`
	Requirement catalogue.ID   `json:"requirement"`
	Statement   string         `json:"statement"`
	Outcome     Outcome        `json:"outcome"`
	Status      verdict.Status `json:"status"`
	Reason      string         `json:"reason,omitempty"`
	Seconds     float64        `json:"seconds"`
}

// Table is every requirement under every variation that can affect it, by variation and then by ID.
type Table struct {
	Run  verdict.Record `json:"run"` // of one pass, without its specs
	Rows []Row          `json:"rows"`
}

// Judge makes the table of runs.
func Judge(runs []Run) Table {
	var t Table
	for _, run := range runs {
		v, problem := judged(run)
		if problem == "" && t.Run.ID == "" {
			t.Run = v.Run
		}
		for _, requirement := range run.Requirements {
			row := Row{Variation: run.Variation, Varies: run.Varies, Requirement: requirement.ID, Statement: requirement.Statement,
				Outcome: Inconclusive, Status: verdict.NotRun, Reason: problem}
			for _, r := range v.Results() {
				if r.Requirement.ID == requirement.ID && problem == "" {
					row.Status, row.Reason, row.Seconds = r.Status, r.Reason, r.Seconds
					row.Outcome = of(r.Status)
				}
			}
			if row.Outcome == Inconclusive && row.Reason == "" {
				row.Reason = "the pass did not judge the requirement"
			}
			t.Rows = append(t.Rows, row)
		}
	}
	slices.SortStableFunc(t.Rows, func(a, b Row) int {
		return cmp.Or(cmp.Compare(a.Variation, b.Variation), cmp.Compare(a.Requirement, b.Requirement))
	})
	return t
}

// judged is the verdict of a run, or why there is none that tells something.
func judged(run Run) (verdict.Verdict, string) {
	if run.Note != "" {
		return verdict.Verdict{}, verdict.Plain(run.Note)
	}
	v, err := verdict.Of(run.Record)
	if err != nil {
		return v, "the pass cannot be judged: " + err.Error()
	}
	for _, p := range v.Problems {
		if p != verdict.NothingJudged { // then the rows say why
			return v, "the pass went wrong: " + p
		}
	}
	return v, ""
}

func of(s verdict.Status) Outcome {
	switch s {
	case verdict.Pass:
		return Kept
	case verdict.Unsupported, verdict.Skipped:
		return Idle
	case verdict.NotRun:
		return Inconclusive
	}
	return Condemned
}

// Of counts the rows of an outcome.
func (t Table) Of(o Outcome) int {
	n := 0
	for _, row := range t.Rows {
		if row.Outcome == o {
			n++
		}
	}
	return n
}

// Unseen are the variations under which no requirement passed: nothing shows that they can be lived with.
func (t Table) Unseen() []string {
	var all []string
	kept := map[string]bool{}
	for _, row := range t.Rows {
		all = append(all, row.Variation)
		kept[row.Variation] = kept[row.Variation] || row.Outcome == Kept
	}
	return slices.DeleteFunc(slices.Compact(all), func(v string) bool { return kept[v] })
}

// ExitCode is 0 only when no requirement was taken in and every variation was lived with, 1 when one was, otherwise 3.
func (t Table) ExitCode() int {
	switch {
	case t.Of(Condemned) > 0:
		return 1
	case t.Of(Inconclusive) > 0 || len(t.Unseen()) > 0 || len(t.Rows) == 0:
		return 3
	}
	return 0
}

// Sentence is the table in one line.
func (t Table) Sentence() string {
	return fmt.Sprintf("%d judgements of drivers that are right: %d passed, %d idle, %d condemned, %d inconclusive",
		len(t.Rows), t.Of(Kept), t.Of(Idle), t.Of(Condemned), t.Of(Inconclusive))
}
