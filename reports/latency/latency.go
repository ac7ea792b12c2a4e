// Package latency exists so that every report speaks of the same distributions: how long a run's specs waited for what
// users wait for.
package latency

import (
	"cmp"
	"math"
	"slices"

	"csicert/framework/catalogue"
	"csicert/framework/trace"
	"csicert/reports/verdict"
)

// Sample is one wait.
type Sample struct {
	Requirement catalogue.ID
	Object      string
	Seconds     float64
}

// Distribution is all waits of one kind, shortest first; there is at least one.
type Distribution struct {
	Latency trace.Latency
	Samples []Sample
}

// Of collects what the results' traces tell, in the order of trace.Latencies. Only requirements that passed or warned
// count: where one failed, what was waited for may be the defect itself. Specs that put obstacles in the way are among
// them, so the largest values are often on purpose; medians are what to compare.
func Of(v verdict.Verdict) []Distribution {
	byLatency := map[trace.Latency][]Sample{}
	for _, r := range v.With(verdict.Pass, verdict.Warn) {
		if r.Trace == nil {
			continue
		}
		for _, s := range r.Trace.Samples() {
			byLatency[s.Latency] = append(byLatency[s.Latency], Sample{r.Requirement.ID, s.Object, s.Seconds})
		}
	}
	var all []Distribution
	for _, l := range trace.Latencies() {
		samples := byLatency[l]
		if len(samples) == 0 {
			continue
		}
		slices.SortStableFunc(samples, func(a, b Sample) int { return cmp.Compare(a.Seconds, b.Seconds) })
		all = append(all, Distribution{l, samples})
	}
	return all
}

// Quantile is the value in seconds below which the part q of the samples lies, 0 to 1, interpolated between two.
func (d Distribution) Quantile(q float64) float64 {
	at := q * float64(len(d.Samples)-1)
	below, above := int(math.Floor(at)), int(math.Ceil(at))
	lower, upper := d.Samples[below].Seconds, d.Samples[above].Seconds
	return lower + (upper-lower)*(at-float64(below))
}

// Slowest is the sample that took longest.
func (d Distribution) Slowest() Sample { return d.Samples[len(d.Samples)-1] }
