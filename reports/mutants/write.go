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

// Write writes the matrix for a terminal; a row that is not killed has its reason and its command below it.
func (m Matrix) Write(w io.Writer) error {
	b := bufio.NewWriter(w)
	width := len("mutant")
	for _, row := range m.Rows {
		width = max(width, len(row.Mutant))
	}
	fmt.Fprintf(b, "%-12s  %-*s  %-12s  %8s\n", "requirement", width, "mutant", "outcome", "seconds")
	for _, row := range m.Rows {
		fmt.Fprintf(b, "%-12s  %-*s  %-12s  %8.1f\n", row.Requirement, width, row.Mutant, row.Outcome, row.Seconds)
		if row.Outcome != Killed {
			fmt.Fprintf(b, "    %s\n    rerun: %s\n", verdict.FirstLine(row.Reason, lineLimit), row.Rerun)
		}
	}
	fmt.Fprintf(b, "\n%s\n", m.Sentence())
	if err := b.Flush(); err != nil {
		return fmt.Errorf("writing the mutant matrix: %w", err)
	}
	return nil
}

// WriteJSON writes the matrix as one JSON object.
func (m Matrix) WriteJSON(w io.Writer) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(m); err != nil {
		return fmt.Errorf("writing the mutant matrix as JSON: %w", err)
	}
	return nil
}

// WriteJUnit writes a case for each row: a survivor is a failure, what is inconclusive an error.
func (m Matrix) WriteJUnit(w io.Writer) error {
	properties := &xunit.Properties{}
	properties.Add("matrix", m.Sentence())
	properties.Add("run", m.Run.ID)
	properties.Add("kubernetes", m.Run.Cluster.Kubernetes)
	properties.Add("csicert", strings.TrimSpace(m.Run.Harness.Version+" "+m.Run.Harness.Commit))
	suite := xunit.Suite{Name: "mutants", Timestamp: xunit.Time(m.Run.Started), Properties: properties}
	for _, row := range m.Rows {
		facts := &xunit.Properties{}
		facts.Add("requirement", string(row.Requirement))
		facts.Add("level", row.Level.String())
		facts.Add("mutant", row.Mutant)
		facts.Add("wrong", row.Wrong)
		facts.Add("outcome", row.Outcome.String())
		c := xunit.Case{Name: fmt.Sprintf("%s catches %s", row.Requirement, row.Mutant), Class: "csicert.mutants",
			Time: xunit.Seconds(row.Seconds), Properties: facts}
		message := &xunit.Message{Message: verdict.FirstLine(row.Reason, lineLimit), Type: row.Outcome.String(),
			Text: fmt.Sprintf("requirement: %s %s\nmutant: %s: %s\n%s\n\nrerun: %s\n",
				row.Requirement, row.Statement, row.Mutant, row.Wrong, row.Reason, row.Rerun)}
		switch row.Outcome {
		case Killed:
		case Survived:
			c.Failure = message
		default:
			c.Error = message
		}
		suite.Cases = append(suite.Cases, c)
	}
	return xunit.Encode(w, xunit.Document{Name: "csicert mutants", Suites: []xunit.Suite{suite}})
}

// Markdown writes the matrix as a table for a document: what was caught, and the command that repeats a row.
func (m Matrix) Markdown(w io.Writer) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "%s.\n\n| requirement | mutant | what it does wrong | outcome | repeat |\n|---|---|---|---|---|\n", m.Sentence())
	for _, row := range m.Rows {
		outcome := row.Outcome.String()
		if row.Outcome != Killed {
			outcome += ": " + verdict.FirstLine(row.Reason, lineLimit)
		}
		fmt.Fprintf(b, "| %s %s | `%s` | %s | %s | `%s` |\n", row.Requirement, cell(row.Statement),
			row.Mutant, cell(row.Wrong), cell(outcome), row.Rerun)
	}
	if err := b.Flush(); err != nil {
		return fmt.Errorf("writing the mutant matrix as Markdown: %w", err)
	}
	return nil
}

// cell escapes what would end a table's cell, or be taken for markup.
func cell(text string) string {
	return strings.NewReplacer("|", `\|`, "\n", " ", "<", "&lt;", "*", `\*`, "_", `\_`).Replace(verdict.Plain(text))
}
