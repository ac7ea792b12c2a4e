// Package compare exists so that two runs can be held against each other with no cluster: what got worse, what got
// better, what got slower.
package compare

import (
	"fmt"
	"slices"
	"strings"

	"csicert/framework/catalogue"
	"csicert/framework/trace"
	"csicert/reports/latency"
	"csicert/reports/verdict"
)

// DefaultFactor is from how many times the earlier time on something is slower.
const DefaultFactor = 1.5

const (
	fewest    = 5   // samples of a latency on both sides, below which their medians say nothing
	leastWait = 0.2 // seconds by which a median must differ
	leastSpec = 5   // seconds by which a spec must differ: specs run beside each other and wait for each other
)

// Comparison is what changed from an earlier run to a later one.
type Comparison struct {
	Old, New  verdict.Verdict
	Differs   []string // what else is different: versions, cluster, catalogue
	Worse     []Change
	Better    []Change
	Otherwise []Change       // neither: what failed is not judged any more, or the other way round
	Added     []catalogue.ID // judged in the later run only
	Dropped   []catalogue.ID // judged in the earlier run only
	Slower    []Pace
	Faster    []Pace
	Specs     []Pace // requirements that passed in both and took longer; no reason for an exit code
	Same      int    // requirements with the same outcome
}

// Change is a requirement with another outcome.
type Change struct {
	Requirement catalogue.Requirement // as the later run has it
	Old, New    verdict.Status
	Reason      string         // of the later outcome, or of the earlier where that has none
	Known       *verdict.Known // of the later outcome, where its baseline knows it
}

// Pace is a time in seconds.
type Pace struct {
	What     string
	Old, New float64
}

// inputError is a pair of runs that cannot be compared.
type inputError struct{ message string }

func (e inputError) Error() string { return e.message }

// BadInput marks the error as the caller's to mend: the command exits 4.
func (inputError) BadInput() bool { return true }

// Of compares two runs. Factor is above 1; see DefaultFactor. Runs that have no requirement in common are bad input.
func Of(earlier, later verdict.Record, factor float64) (Comparison, error) {
	if !(factor > 1) || factor > 1000 {
		return Comparison{}, inputError{fmt.Sprintf("--slower: found %v; accepted: a number above 1 and up to 1000", factor)}
	}
	c := Comparison{}
	var err error
	if c.Old, err = verdict.Of(earlier); err != nil {
		return c, fmt.Errorf("judging the earlier run: %w", err)
	}
	if c.New, err = verdict.Of(later); err != nil {
		return c, fmt.Errorf("judging the later run: %w", err)
	}
	c.requirements(factor)
	if c.Same+len(c.Worse)+len(c.Better)+len(c.Otherwise) == 0 {
		return c, inputError{fmt.Sprintf("runs %s and %s: found no requirement that both selected, accepted are runs that have one in common", earlier.ID, later.ID)}
	}
	c.latencies(factor)
	return c, c.surroundings(earlier, later)
}

// ExitCode is 1 when a requirement got worse that the later run's baseline does not know, 2 when only a latency did, else 0.
func (c Comparison) ExitCode() int {
	switch {
	case len(c.gating()) > 0:
		return 1
	case len(c.Slower) > 0:
		return 2
	}
	return 0
}

func (c *Comparison) requirements(factor float64) {
	earlier := map[catalogue.ID]verdict.Result{}
	for _, r := range c.Old.Results() {
		earlier[r.Requirement.ID] = r
	}
	for _, r := range c.New.Results() {
		was, both := earlier[r.Requirement.ID]
		delete(earlier, r.Requirement.ID)
		if !both {
			c.Added = append(c.Added, r.Requirement.ID)
			continue
		}
		change := Change{r.Requirement, was.Status, r.Status, r.Reason, r.Known}
		if change.Reason == "" {
			change.Reason = was.Reason
		}
		switch {
		case was.Status == r.Status:
			c.Same++
		case rank(r.Status) > rank(was.Status):
			c.Worse = append(c.Worse, change)
		case r.Status == verdict.Pass || r.Status == verdict.Warn:
			c.Better = append(c.Better, change)
		default:
			c.Otherwise = append(c.Otherwise, change)
		}
		if was.Status == verdict.Pass && r.Status == verdict.Pass && r.Seconds >= was.Seconds*factor && r.Seconds-was.Seconds >= leastSpec {
			c.Specs = append(c.Specs, Pace{string(r.Requirement.ID), was.Seconds, r.Seconds})
		}
	}
	for id := range earlier {
		c.Dropped = append(c.Dropped, id)
	}
	slices.Sort(c.Dropped)
}

// rank orders outcomes by what they say of the subject: kept, kept but for a wish, not judged, not judged although it
// was tried, broken. That a driver no longer claims what it failed is no improvement.
func rank(s verdict.Status) int {
	switch s {
	case verdict.Pass:
		return 0
	case verdict.Warn:
		return 1
	case verdict.Unsupported, verdict.Skipped, verdict.NotRun:
		return 2
	case verdict.Blocked:
		return 3
	}
	return 4 // Fail and Error: which of the two hides the other cannot be told
}

func (c *Comparison) latencies(factor float64) {
	earlier := map[trace.Latency]latency.Distribution{}
	for _, d := range latency.Of(c.Old) {
		earlier[d.Latency] = d
	}
	for _, d := range latency.Of(c.New) {
		was := earlier[d.Latency]
		if len(was.Samples) < fewest || len(d.Samples) < fewest {
			continue
		}
		p := Pace{string(d.Latency), was.Quantile(0.5), d.Quantile(0.5)}
		switch {
		case p.New >= p.Old*factor && p.New-p.Old >= leastWait:
			c.Slower = append(c.Slower, p)
		case p.Old >= p.New*factor && p.Old-p.New >= leastWait:
			c.Faster = append(c.Faster, p)
		}
	}
}

// surroundings names what else could be the reason.
func (c *Comparison) surroundings(earlier, later verdict.Record) error {
	catalogues := [2]string{}
	for i, r := range []verdict.Record{earlier, later} {
		digest, err := verdict.CatalogueDigest(r.Requirements)
		if err != nil {
			return err
		}
		_, hex, _ := strings.Cut(digest, ":")
		catalogues[i] = hex[:12]
	}
	for _, d := range []struct{ what, was, is string }{
		{"subject", strings.TrimSpace(earlier.Subject.Name + " " + earlier.Subject.Version), strings.TrimSpace(later.Subject.Name + " " + later.Subject.Version)},
		{"images", images(earlier), images(later)},
		{"Kubernetes", earlier.Cluster.Kubernetes, later.Cluster.Kubernetes},
		{"nodes", fmt.Sprint(len(earlier.Cluster.Nodes)), fmt.Sprint(len(later.Cluster.Nodes))},
		{"csicert", earlier.Harness.Commit, later.Harness.Commit},
		{"catalogue", catalogues[0], catalogues[1]},
		{"processes", fmt.Sprint(earlier.Procs), fmt.Sprint(later.Procs)},
		{"filter", earlier.Filter, later.Filter},
	} {
		if d.was != d.is {
			c.Differs = append(c.Differs, fmt.Sprintf("%s: %q, now %q", d.what, d.was, d.is))
		}
	}
	return nil
}

func images(r verdict.Record) string {
	var all []string
	for _, c := range r.Subject.Components {
		all = append(all, c.Image)
	}
	return strings.Join(all, ", ")
}
