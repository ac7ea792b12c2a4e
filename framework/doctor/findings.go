package doctor

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"csicert/framework/catalogue"
)

// Severity is what a finding means for a run.
type Severity string

const (
	Error   Severity = "error"   // a run would be meaningless
	Warning Severity = "warning" // some requirements may end otherwise than the driver deserves
	Note    Severity = "note"    // worth knowing
)

// Finding is one thing that a cluster or a definition lacks.
type Finding struct {
	Severity Severity       `json:"severity"`
	What     string         `json:"what"`
	Why      string         `json:"why"`
	Fix      string         `json:"fix"`
	Affects  []catalogue.ID `json:"affects,omitempty"` // of a warning: the requirements that may suffer
}

// Findings are in the order in which they were found.
type Findings []Finding

// Errors are those with which a run may not start.
func (f Findings) Errors() Findings {
	return slices.DeleteFunc(slices.Clone(f), func(one Finding) bool { return one.Severity != Error })
}

// Error implements error, for those with which a run may not start.
func (f Findings) Error() string {
	var words []string
	for _, one := range f {
		words = append(words, fmt.Sprintf("%s: %s; %s", one.What, one.Why, one.Fix))
	}
	return "the cluster is not fit for a run (csicert doctor tells more): " + strings.Join(words, "; ")
}

// BadInput tells the command to end with the exit code for bad input: the user has something to mend.
func (Findings) BadInput() bool { return true }

// Write tells the findings to a person.
func (f Findings) Write(w io.Writer) error {
	if len(f) == 0 {
		_, err := fmt.Fprintln(w, "nothing stands in the way of a run")
		return err
	}
	for _, one := range f {
		text := fmt.Sprintf("%s: %s\n  why: %s\n  fix: %s\n", one.Severity, one.What, one.Why, one.Fix)
		if len(one.Affects) > 0 {
			text += fmt.Sprintf("  affects: %s\n", Ranges(one.Affects))
		}
		if _, err := io.WriteString(w, text); err != nil {
			return fmt.Errorf("writing the findings: %w", err)
		}
	}
	return nil
}

// Ranges writes IDs with runs of one area shortened, as in SNAP-001 to SNAP-009, TOPO-001.
func Ranges(ids []catalogue.ID) string {
	sorted := slices.Sorted(slices.Values(ids))
	var words []string
	for i := 0; i < len(sorted); {
		end := i
		for end+1 < len(sorted) && follows(sorted[end], sorted[end+1]) {
			end++
		}
		switch end - i {
		case 0:
			words = append(words, string(sorted[i]))
		default:
			words = append(words, fmt.Sprintf("%s to %s", sorted[i], sorted[end]))
		}
		i = end + 1
	}
	return strings.Join(words, ", ")
}

func follows(a, b catalogue.ID) bool {
	var x, y int
	_, first := fmt.Sscanf(strings.TrimPrefix(string(a), a.Area()+"-"), "%d", &x)
	_, second := fmt.Sscanf(strings.TrimPrefix(string(b), b.Area()+"-"), "%d", &y)
	return a.Area() == b.Area() && first == nil && second == nil && y == x+1
}
