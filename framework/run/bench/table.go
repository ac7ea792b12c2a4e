// Package bench says what a run costs, as medians of several, so that a number in a document can be held against the
// next one.
package bench

import (
	"bufio"
	"fmt"
	"io"
	"slices"

	"csicert/reports/verdict"
)

// Sample is what one run cost.
type Sample struct {
	Phases     []verdict.Phase
	Total      float64 // seconds from the command to its reports
	Suites     float64 // seconds of the suites phase
	Judged     int     // specs that ran
	Requests   int     // to the API server, of those specs
	PeakMemory int64   // bytes of the harness
	Specs      []Spec  // that were judged
}

// Of measures a recorded run by its verdict.
func Of(v verdict.Verdict) Sample {
	s := Sample{Phases: v.Run.Phases, Total: v.Run.Ended.Sub(v.Run.Started).Seconds(), PeakMemory: v.Run.PeakMemoryBytes, Specs: specsOf(v)}
	for _, p := range s.Phases {
		if p.Name == "suites" {
			s.Suites = p.Seconds
		}
	}
	for _, r := range v.With(verdict.Pass, verdict.Warn, verdict.Fail) {
		s.Judged++
		s.Requests += r.Requests
	}
	return s
}

// Markdown writes the table: of every row the median, the least and the most.
func Markdown(w io.Writer, samples []Sample) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "Medians of %d runs, with the least and the most.\n\n| what | unit | median | range |\n|---|---|---:|---|\n", len(samples))
	row := func(name, unit string, of func(Sample) float64) {
		values := make([]float64, len(samples))
		for i, s := range samples {
			values[i] = of(s)
		}
		fmt.Fprintf(b, "| %s | %s | %.1f | %.1f to %.1f |\n", name, unit, median(values), slices.Min(values), slices.Max(values))
	}
	if len(samples) > 0 {
		for _, p := range samples[0].Phases {
			row(p.Name, "s", func(s Sample) float64 { return seconds(s, p.Name) })
		}
		row("total", "s", func(s Sample) float64 { return s.Total })
		row("specs per minute", "", func(s Sample) float64 { return ratio(float64(s.Judged)*60, s.Suites) })
		row("a spec, at the median", "s", func(s Sample) float64 { return medianSpec(s) })
		row("API requests per spec", "", func(s Sample) float64 { return ratio(float64(s.Requests), float64(s.Judged)) })
		row("peak memory of the harness", "MiB", func(s Sample) float64 { return float64(s.PeakMemory) / (1 << 20) })
	}
	writeSlowest(b, middle(samples))
	if err := b.Flush(); err != nil {
		return fmt.Errorf("writing the table: %w", err)
	}
	return nil
}

func medianSpec(s Sample) float64 {
	if len(s.Specs) == 0 {
		return 0
	}
	all := make([]float64, len(s.Specs))
	for i, spec := range s.Specs {
		all[i] = spec.Seconds
	}
	return median(all)
}

func seconds(s Sample, phase string) float64 {
	sum := 0.0
	for _, p := range s.Phases {
		if p.Name == phase {
			sum += p.Seconds
		}
	}
	return sum
}

func ratio(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return (sorted[middle-1] + sorted[middle]) / 2
}
