package mutants

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"csicert/framework/catalogue"
	"csicert/reports/verdict"
)

// tableRow is a row that Markdown wrote: requirement, mutant, what is wrong, outcome, what was seen (pages of before lack
// it), and how to repeat it.
var tableRow = regexp.MustCompile("^\\| ([A-Z]+-[0-9]{3}) .* \\| `([^`]+)` \\| .* \\| (killed|survived|inconclusive)(?: \\(and [0-9]+ besides\\))?(?: \\|[^|]*)? \\| `[^`]*` \\|$")

// Track reads the rows of the tables in a page that Markdown wrote or that quotes what it wrote, such as
// suites/MUTANTS.md, by requirement and mutant. Of a pair that stands there twice the later row counts. A line that
// begins as a row does and is none is bad input; a page without rows is an empty track.
func Track(page string) ([]verdict.Proven, error) {
	type pair struct {
		id     catalogue.ID
		mutant string
	}
	last := map[pair]string{}
	number := 0
	for line := range strings.SplitSeq(page, "\n") {
		number++
		head, _, _ := strings.Cut(strings.TrimPrefix(line, "| "), " ")
		if !strings.HasPrefix(line, "| ") || !catalogue.ID(head).Valid() {
			continue
		}
		parts := tableRow.FindStringSubmatch(strings.ReplaceAll(line, `\|`, ""))
		if parts == nil {
			return nil, badRow{number, verdict.FirstLine(verdict.Plain(line), lineLimit)}
		}
		last[pair{catalogue.ID(parts[1]), parts[2]}] = parts[3]
	}
	var all []verdict.Proven
	for p, outcome := range last {
		all = append(all, verdict.Proven{Requirement: p.id, Mutant: p.mutant, Outcome: outcome})
	}
	slices.SortFunc(all, func(a, b verdict.Proven) int {
		return cmp.Or(cmp.Compare(a.Requirement, b.Requirement), cmp.Compare(a.Mutant, b.Mutant))
	})
	return all, nil
}

// badRow is a line of a page that cannot be read as a row.
type badRow struct {
	line int
	text string
}

func (e badRow) Error() string {
	return fmt.Sprintf("mutants' track record: line %d: found %q, accepted is a row as csicert mutants writes it", e.line, e.text)
}

// BadInput marks the error as the caller's to mend.
func (badRow) BadInput() bool { return true }
