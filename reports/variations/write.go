package variations

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"

	"csicert/reports/verdict"
	"csicert/reports/xunit"
)

// lineLimit keeps a reason on one line.
const lineLimit = 160

// Write writes the table for a terminal: a line for each variation, and below it the requirements that are not at ease.
func (t Table) Write(w io.Writer) error {
	b := bufio.NewWriter(w)
	for from := 0; from < len(t.Rows); {
		to, counts := from, map[Outcome]int{}
		for ; to < len(t.Rows) && t.Rows[to].Variation == t.Rows[from].Variation; to++ {
			counts[t.Rows[to].Outcome]++
		}
		fmt.Fprintf(b, "%-26s %3d passed %3d idle %3d condemned %3d inconclusive   %s\n", t.Rows[from].Variation,
			counts[Kept], counts[Idle], counts[Condemned], counts[Inconclusive], t.Rows[from].Varies)
		for _, row := range t.Rows[from:to] {
			if row.Outcome == Condemned || row.Outcome == Inconclusive {
				fmt.Fprintf(b, "    %-10s %s: %s\n    rerun: %s\n", row.Requirement, row.Status, verdict.FirstLine(row.Reason, lineLimit), row.rerun())
			}
		}
		from = to
	}
	for _, name := range t.Unseen() {
		fmt.Fprintf(b, "%s: no requirement passed under it\n", name)
	}
	fmt.Fprintf(b, "\n%s\n", t.Sentence())
	if err := b.Flush(); err != nil {
		return fmt.Errorf("writing the variations: %w", err)
	}
	return nil
}

func (r Row) rerun() string {
	return fmt.Sprintf("make variations FOCUS=%s,%s", r.Variation, r.Requirement)
}

// WriteJSON writes the table as one JSON object.
func (t Table) WriteJSON(w io.Writer) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(t); err != nil {
		return fmt.Errorf("writing the variations as JSON: %w", err)
	}
	return nil
}

// WriteJUnit writes a case for each row: one that is condemned is a failure, what is inconclusive an error.
func (t Table) WriteJUnit(w io.Writer) error {
	facts := &xunit.Properties{}
	facts.Add("variations", t.Sentence())
	facts.Add("run", t.Run.ID)
	suite := xunit.Suite{Name: "variations", Timestamp: xunit.Time(t.Run.Started), Properties: facts}
	for _, row := range t.Rows {
		c := xunit.Case{Name: fmt.Sprintf("%s accepts %s", row.Requirement, row.Variation), Class: "csicert.variations", Time: xunit.Seconds(row.Seconds)}
		message := &xunit.Message{Message: verdict.FirstLine(row.Reason, lineLimit), Type: string(row.Outcome),
			Text: fmt.Sprintf("requirement: %s %s\nvariation: %s: %s\n%s: %s\n\nrerun: %s\n",
				row.Requirement, row.Statement, row.Variation, row.Varies, row.Status, row.Reason, row.rerun())}
		switch row.Outcome {
		case Idle:
			c.Skipped = message
		case Condemned:
			c.Failure = message
		case Inconclusive:
			c.Error = message
		}
		suite.Cases = append(suite.Cases, c)
	}
	return xunit.Encode(w, xunit.Document{Name: "csicert variations", Suites: []xunit.Suite{suite}})
}
