package run

import (
	"context"
	"fmt"
	"runtime/debug"

	"csicert/framework/run/bench"
	"csicert/framework/run/build"
	"csicert/reports/verdict"
)

const mostRuns = 100

// Bench makes so many runs, one after the other, when all that a second run finds has been made. A run that does not
// end conformant is no measurement.
func Bench(ctx context.Context, o Options, runs int) ([]bench.Sample, error) {
	if runs < 1 || runs > mostRuns {
		return nil, Invalid{"--runs", fmt.Sprint(runs), fmt.Sprintf("1 to %d", mostRuns)}
	}
	if err := o.check(); err != nil {
		return nil, err
	}
	if !o.existing() {
		if _, err := BuildImage(ctx, o); err != nil {
			return nil, err
		}
	}
	if _, err := build.ForSuites(ctx, build.Options{Source: o.Source, Dir: o.programs(), Log: o.Log}); err != nil {
		return nil, err
	}
	var samples []bench.Sample
	for i := range runs {
		o.say("bench: run %d of %d", i+1, runs)
		_, v, err := E2E(ctx, o)
		if err != nil {
			return nil, err
		}
		if v.Selected != verdict.Conformant {
			return nil, fmt.Errorf("measuring run %s: it ended %s: %s", v.Run.ID, v.Selected, v.Sentence)
		}
		samples = append(samples, bench.Of(v))
		debug.FreeOSMemory() // each run starts with what a fresh process has
		o.Seed++
	}
	return samples, nil
}
