package cli

import (
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"csicert/framework/catalogue"
	"csicert/framework/document"
	"csicert/framework/run"
	"csicert/suites"
)

// choice are the requirements that a person asks for: those that have one of the words of each list.
type choice struct{ areas, levels, needs, ids []string }

func listVerb(a *app) *cobra.Command {
	var c choice
	var f format
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List requirements, all or by area, level, capability or ID, with their sources",
		Example: `  csicert list
  csicert list --area SNAP,TOPO --level MUST
  csicert list --capability snapshots --output json
  csicert list --id SNAP-001 --output yaml`,
		Args: noArguments,
		RunE: func(*cobra.Command, []string) error {
			if err := f.check(); err != nil {
				return err
			}
			chosen, err := c.of(suites.Requirements())
			if err != nil {
				return err
			}
			return f.print(a, chosen, func() error { return table(a, chosen) })
		},
	}
	flags := cmd.Flags()
	flags.StringSliceVar(&c.areas, "area", nil, "only these areas, such as SNAP")
	flags.StringSliceVar(&c.levels, "level", nil, "only these levels: MUST, SHOULD, MAY")
	flags.StringSliceVar(&c.needs, "capability", nil, "only what needs one of these capabilities, such as snapshots")
	flags.StringSliceVar(&c.ids, "id", nil, "only these IDs, such as SNAP-001")
	for flag, words := range known() {
		complete(cmd, flag, func() []string { return words(suites.Requirements()) })
	}
	f.register(cmd, "table", "json", "yaml")
	return cmd
}

// known are the words of each flag.
func known() map[string]func([]catalogue.Requirement) []string {
	each := func(of func(catalogue.Requirement) []string) func([]catalogue.Requirement) []string {
		return func(all []catalogue.Requirement) []string {
			var words []string
			for _, r := range all {
				words = append(words, of(r)...)
			}
			slices.Sort(words)
			return slices.Compact(words)
		}
	}
	return map[string]func([]catalogue.Requirement) []string{
		"area":       each(areaOf),
		"level":      func([]catalogue.Requirement) []string { return []string{"MUST", "SHOULD", "MAY"} },
		"capability": each(needsOf),
		"id":         each(idOf),
	}
}

func areaOf(r catalogue.Requirement) []string  { return []string{r.ID.Area()} }
func idOf(r catalogue.Requirement) []string    { return []string{string(r.ID)} }
func levelOf(r catalogue.Requirement) []string { return []string{r.Level.String()} }

func needsOf(r catalogue.Requirement) []string {
	var all []string
	for _, n := range r.Needs {
		all = append(all, string(n))
	}
	return all
}

// of is the choice in the order of areas and IDs. Errors: run.Invalid for a word that no requirement has.
func (c choice) of(all []catalogue.Requirement) ([]catalogue.Requirement, error) {
	chosen := slices.SortedFunc(slices.Values(all), func(a, b catalogue.Requirement) int { return strings.Compare(string(a.ID), string(b.ID)) })
	for _, by := range []struct {
		flag  string
		words []string
		has   func(catalogue.Requirement) []string
	}{{"area", c.areas, areaOf}, {"level", c.levels, levelOf}, {"capability", c.needs, needsOf}, {"id", c.ids, idOf}} {
		accepted := known()[by.flag](all)
		for _, w := range by.words {
			if !slices.Contains(accepted, w) {
				return nil, run.Invalid{Field: "--" + by.flag, Found: fmt.Sprintf("%q%s", w, document.DidYouMean(w, accepted)), Accepted: abridged(accepted)}
			}
		}
		if len(by.words) > 0 {
			chosen = slices.DeleteFunc(chosen, func(r catalogue.Requirement) bool {
				return !slices.ContainsFunc(by.has(r), func(w string) bool { return slices.Contains(by.words, w) })
			})
		}
	}
	if len(chosen) == 0 {
		return nil, run.Invalid{Field: "--area, --level, --capability, --id", Found: "words that no requirement has together", Accepted: "fewer of them"}
	}
	return chosen, nil
}

// abridged is a long list by its ends.
func abridged(words []string) string {
	if len(words) > 30 {
		return words[0] + " to " + words[len(words)-1]
	}
	return strings.Join(words, ", ")
}

func table(a *app, requirements []catalogue.Requirement) error {
	t := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "ID\tLEVEL\tNEEDS\tSOURCE\tREQUIREMENT")
	for _, r := range requirements {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s: %s\t%s\n", r.ID, r.Level, strings.Join(needsOf(r), ","), r.Source.Document, r.Source.Place, r.Statement)
	}
	if err := t.Flush(); err != nil {
		return fmt.Errorf("printing the requirements: %w", err)
	}
	return nil
}
