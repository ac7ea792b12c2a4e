package mutants

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"csicert/reports/verdict"
)

// seenLimit keeps what a requirement observed from filling the page; mutants.json has all of it.
const seenLimit = 100

// Markdown writes the matrix as the track record in the repository: of which runs it is made, what was not killed and
// why, and by area what was caught, with the command that repeats each row. Outdated is how many rows were left out
// because the catalogue names them no more.
func (m Matrix) Markdown(w io.Writer, outdated int) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "# Track record of the mutants\n\nMade by `csicert mutants --page` from what `make mutants` recorded; the last column repeats a row.\n\n")
	fmt.Fprintf(b, "**%s**; %s.\n", m.Sentence(), m.origin())
	if outdated > 0 {
		fmt.Fprintf(b, "Left out: %d rows of pairs that the catalogue names no more.\n", outdated)
	}
	m.proofsTable(b)
	fmt.Fprintf(b, "\n| area | killed | survived | inconclusive |\n|---|---:|---:|---:|\n")
	for _, a := range m.Areas() {
		fmt.Fprintf(b, "| %s | %d | %d | %d |\n", a.Name, a.Killed, a.Survived, a.Inconclusive)
	}
	if m.Of(Killed) < len(m.Rows) {
		fmt.Fprintf(b, "\n## Not killed\n\n")
	}
	for _, row := range m.Rows {
		if row.Outcome != Killed {
			fmt.Fprintf(b, "- %s under `%s`: %s: %s\n", row.Requirement, row.Mutant, row.Outcome, cell(verdict.FirstLine(row.Reason, lineLimit)))
		}
	}
	for _, a := range m.Areas() {
		fmt.Fprintf(b, "\n## %s\n\n| requirement | mutant | what it does wrong | outcome | what the requirement saw | repeat |\n|---|---|---|---|---|---|\n", a.Name)
		for _, row := range a.Rows {
			fmt.Fprintf(b, "| %s %s | `%s` | %s | %s | %s | `%s` |\n", row.Requirement, cell(row.Statement),
				row.Mutant, cell(row.Wrong), row.outcomeCell(), cell(row.saw()), row.Rerun)
		}
	}
	if err := b.Flush(); err != nil {
		return fmt.Errorf("writing the mutant matrix as Markdown: %w", err)
	}
	return nil
}

// origin says of how many runs the matrix is made: a proof that was put together is less than one that was not.
func (m Matrix) origin() string {
	switch len(m.Proofs) {
	case 0:
		return "made of no run"
	case 1:
		return "made of one run"
	}
	return fmt.Sprintf("made of %d runs: of each pair the newest", len(m.Proofs))
}

func (m Matrix) proofsTable(w io.Writer) {
	if len(m.Proofs) == 0 {
		return
	}
	fmt.Fprintf(w, "\n| run | began | minutes | rows | Kubernetes | driver | csicert |\n|---|---|---:|---:|---|---|---|\n")
	for _, p := range m.Proofs {
		fmt.Fprintf(w, "| %s | %s | %.0f | %d | %s | %s | %s |\n", cell(p.ID), p.Started.UTC().Format("2006-01-02 15:04"), p.Ended.Sub(p.Started).Minutes(),
			m.rowsOf(p), cell(p.Kubernetes), cell(p.Driver), cell(p.Harness.String()))
	}
	for _, p := range m.Proofs {
		if p.Interrupted != "" {
			fmt.Fprintf(w, "\nRun %s ended early: %s.\n", cell(p.ID), cell(p.Interrupted))
		}
	}
}

func (m Matrix) rowsOf(p Proof) int {
	n := 0
	for _, row := range m.Rows {
		if row.Proof == p.ID {
			n++
		}
	}
	return n
}

func (r Row) outcomeCell() string {
	words := r.Outcome.String()
	if n := len(r.Collateral); n > 0 {
		words += fmt.Sprintf(" (and %d besides)", n)
	}
	return words
}

// saw is what the requirement observed; of what was not killed the reason stands above the tables.
func (r Row) saw() string {
	if r.Outcome != Killed {
		return ""
	}
	return verdict.FirstLine(r.Reason, seenLimit)
}

// cell escapes what would end a table's cell, or be taken for markup.
func cell(text string) string {
	return strings.NewReplacer("|", `\|`, "\n", " ", "<", "&lt;", "*", `\*`, "_", `\_`, "`", "\\`").Replace(verdict.Plain(text))
}
