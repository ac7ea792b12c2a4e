package mutants

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"csicert/reports/verdict"
	"csicert/reports/xunit"
)

// lineLimit keeps a reason on one line.
const lineLimit = 160

// Sentence is the matrix in one line.
func (m Matrix) Sentence() string {
	return fmt.Sprintf("%d of %d mutants killed, %d survived, %d inconclusive",
		m.Of(Killed), len(m.Rows), m.Of(Survived), m.Of(Inconclusive))
}

// Write writes the matrix for a terminal: a line for each pair, below it what else went wrong under the mutant, and why
// it was not killed; then the areas, and the sentence last.
func (m Matrix) Write(w io.Writer) error {
	b := bufio.NewWriter(w)
	width := len("mutant")
	for _, row := range m.Rows {
		width = max(width, len(row.Mutant))
	}
	fmt.Fprintf(b, "%-12s  %-*s  %-12s  %-7s  %8s\n", "requirement", width, "mutant", "outcome", "honest", "seconds")
	for _, row := range m.Rows {
		fmt.Fprintf(b, "%-12s  %-*s  %-12s  %-7s  %8.1f\n", row.Requirement, width, row.Mutant, row.Outcome, orNone(row.Honest), row.Seconds)
		for _, c := range row.Collateral {
			fmt.Fprintf(b, "    besides, %s\n", c)
		}
		if row.Outcome != Killed {
			fmt.Fprintf(b, "    %s\n    rerun: %s\n", verdict.FirstLine(row.Reason, lineLimit), row.Rerun)
		}
	}
	fmt.Fprintf(b, "\n%-12s  %6s  %8s  %12s\n", "area", "killed", "survived", "inconclusive")
	for _, a := range m.Areas() {
		fmt.Fprintf(b, "%-12s  %6d  %8d  %12d\n", a.Name, a.Killed, a.Survived, a.Inconclusive)
	}
	if n := m.collaterals(); n > 0 {
		fmt.Fprintf(b, "\nrows under which something else failed besides: %d; it is shown and not counted\n", n)
	}
	fmt.Fprintf(b, "\n%s\n", m.Sentence())
	if err := b.Flush(); err != nil {
		return fmt.Errorf("writing the mutant matrix: %w", err)
	}
	return nil
}

func (c Collateral) String() string {
	return fmt.Sprintf("%s %s: %s", c.Requirement, c.Ended, verdict.FirstLine(c.Line, lineLimit))
}

func orNone(word string) string {
	if word == "" {
		return "-"
	}
	return word
}

// WriteJSON writes the matrix as one JSON object, whose form is the types' of this package.
func (m Matrix) WriteJSON(w io.Writer) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	m.Schema = Schema
	if err := encoder.Encode(m); err != nil {
		return fmt.Errorf("writing the mutant matrix as JSON: %w", err)
	}
	return nil
}

// WriteJUnit writes a case for each row: a survivor is a failure, what is inconclusive an error.
func (m Matrix) WriteJUnit(w io.Writer) error {
	suite := xunit.Suite{Name: "mutants", Properties: &xunit.Properties{}}
	suite.Properties.Add("matrix", m.Sentence())
	for _, p := range m.Proofs {
		suite.Timestamp = xunit.Time(p.Started)
		suite.Properties.Add("run", p.ID)
		suite.Properties.Add("command", strings.Join(p.Command, " "))
		suite.Properties.Add("kubernetes", p.Kubernetes)
		suite.Properties.Add("driver", p.Driver)
		suite.Properties.Add("csicert", p.Harness.String())
	}
	for _, row := range m.Rows {
		suite.Cases = append(suite.Cases, testcase(row))
	}
	return xunit.Encode(w, xunit.Document{Name: "csicert mutants", Suites: []xunit.Suite{suite}})
}

func testcase(row Row) xunit.Case {
	facts := &xunit.Properties{}
	facts.Add("requirement", string(row.Requirement))
	facts.Add("level", row.Level.String())
	facts.Add("mutant", row.Mutant)
	facts.Add("wrong", row.Wrong)
	facts.Add("outcome", row.Outcome.String())
	facts.Add("honest", row.Honest)
	facts.Add("run", row.Proof)
	c := xunit.Case{Name: fmt.Sprintf("%s catches %s", row.Requirement, row.Mutant), Class: "csicert.mutants",
		Time: xunit.Seconds(row.Seconds), Properties: facts}
	message := &xunit.Message{Message: verdict.FirstLine(row.Reason, lineLimit), Type: row.Outcome.String(), Text: text(row)}
	switch row.Outcome {
	case Killed:
		c.Out = &xunit.Text{Text: text(row)}
	case Survived:
		c.Failure = message
	default:
		c.Error = message
	}
	return c
}

func text(row Row) string {
	var b strings.Builder
	fmt.Fprintf(&b, "requirement: %s %s\nmutant: %s: %s\n%s: %s\n", row.Requirement, row.Statement, row.Mutant, row.Wrong, row.Outcome, row.Reason)
	for _, c := range row.Collateral {
		fmt.Fprintf(&b, "besides, not counted: %s\n", c)
	}
	fmt.Fprintf(&b, "\nrerun: %s\n", row.Rerun)
	return b.String()
}
