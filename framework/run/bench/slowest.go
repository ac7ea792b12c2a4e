package bench

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"csicert/reports/verdict"
)

// slowest is how many specs are shown with where their time went.
const slowest = 10

// Spec is what one spec cost in one run.
type Spec struct {
	ID      string
	Seconds float64
	Steps   []Step
}

// Step is what a spec waited for.
type Step struct {
	What    string
	Seconds float64
}

// steps reads a timeline: each line says when its step was done, in seconds since the spec began.
func steps(timeline string) []Step {
	var all []Step
	var before float64
	for line := range strings.Lines(timeline) {
		at, what, found := strings.Cut(strings.TrimSpace(line), "s ")
		when, err := strconv.ParseFloat(at, 64)
		if !found || err != nil {
			continue // a further line of a step's words
		}
		all = append(all, Step{strings.TrimSpace(what), when - before})
		before = when
	}
	return all
}

func specsOf(v verdict.Verdict) []Spec {
	var all []Spec
	for _, r := range v.With(verdict.Pass, verdict.Warn, verdict.Fail) {
		all = append(all, Spec{string(r.Requirement.ID), r.Seconds, steps(r.Timeline)})
	}
	return all
}

// middle is each spec's run of median length.
func middle(samples []Sample) []Spec {
	byID := map[string][]Spec{}
	for _, s := range samples {
		for _, spec := range s.Specs {
			byID[spec.ID] = append(byID[spec.ID], spec)
		}
	}
	var all []Spec
	for _, runs := range byID {
		slices.SortFunc(runs, func(a, b Spec) int { return cmp.Compare(a.Seconds, b.Seconds) })
		all = append(all, runs[len(runs)/2])
	}
	slices.SortFunc(all, func(a, b Spec) int {
		return cmp.Or(cmp.Compare(b.Seconds, a.Seconds), cmp.Compare(a.ID, b.ID))
	})
	return all
}

// writeSlowest writes the slowest specs, with the two steps of each that took longest.
func writeSlowest(w io.Writer, specs []Spec) {
	fmt.Fprintf(w, "\nThe slowest specs, in the run of their median.\n\n| spec | s | most of it |\n|---|---:|---|\n")
	for _, spec := range specs[:min(slowest, len(specs))] {
		longest := slices.SortedStableFunc(slices.Values(spec.Steps), func(a, b Step) int { return cmp.Compare(b.Seconds, a.Seconds) })
		var words []string
		for _, s := range longest[:min(2, len(longest))] {
			words = append(words, fmt.Sprintf("%.1f s: %s", s.Seconds, strings.ReplaceAll(s.What, "|", `\|`)))
		}
		fmt.Fprintf(w, "| %s | %.1f | %s |\n", spec.ID, spec.Seconds, strings.Join(words, "; "))
	}
}
