package proof

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"

	"csicert/driver/variation"
	"csicert/framework/catalogue"
	"csicert/reports/variations"
)

// mostAtOnce is how many specs one pass under a variation has: many short passes keep all cores busy to the end.
const mostAtOnce = 8

// mostKills is the same for what kills the driver, of which few passes run beside each other and each spec takes long.
const mostKills = 2

// Vary runs the requirements under drivers that are right in other ways, and tells which of them condemned one; that is no
// error. Deploy puts as many controllers into the cluster as a variation wants, 0 for as many as usual. The error tells that
// nothing can be told: bad input, no cluster, an interruption.
func Vary(ctx context.Context, o Options, deploy func(ctx context.Context, controllers int) error) (variations.Table, error) {
	if err := o.CheckVariations(); err != nil {
		return variations.Table{}, err
	}
	if o.Beside == 0 {
		o.Beside = passesPerCore * runtime.NumCPU()
	}
	jobs, err := varied(o.Requirements, o.Focus)
	if err != nil {
		return variations.Table{}, err
	}
	var results []ended
	for len(jobs) > 0 {
		stage := jobs
		if n := slices.IndexFunc(jobs, func(j job) bool { return j.controllers != jobs[0].controllers }); n >= 0 {
			stage = jobs[:n]
		}
		if err := deploy(ctx, stage[0].controllers); err != nil {
			return variations.Table{}, fmt.Errorf("deploying the driver for %s: %w", stage[0], err)
		}
		done, err := o.all(ctx, cluster{}, stage)
		if err != nil {
			return variations.Table{}, err
		}
		results, jobs = append(results, done...), jobs[len(stage):]
	}
	return variations.Judge(o.runs(results)), nil
}

// CheckVariations refuses what can be refused without a cluster: it is bad input.
func (o Options) CheckVariations() error {
	if err := o.checkNumbers(); err != nil {
		return err
	}
	_, err := varied(o.Requirements, o.Focus)
	return err
}

// varied deals every variation and the requirements that it can affect out to passes: those of the usual deployment first,
// and in each deployment what disturbs nodes behind all others. The focus names variations, requirements or some of both,
// which are then crossed.
func varied(requirements []catalogue.Requirement, focus []string) ([]job, error) {
	used := map[string]bool{}
	wanted := func(names []string, name string) bool { return len(names) == 0 || slices.Contains(names, name) }
	var named, ids []string
	for _, f := range focus {
		if slices.ContainsFunc(variation.All(), func(v variation.Variation) bool { return v.Name == f }) {
			named = append(named, f)
		} else {
			ids = append(ids, f)
		}
	}
	var jobs []job
	for _, v := range variation.All() {
		if !wanted(named, v.Name) {
			continue
		}
		for _, c := range []company{users, outages, surveys} {
			var affected []catalogue.ID
			for _, r := range requirements {
				if companyOf(r) == c && affects(v, r) && wanted(ids, string(r.ID)) {
					affected = append(affected, r.ID)
					used[string(r.ID)], used[v.Name] = true, true
				}
			}
			most := mostAtOnce
			if c == outages {
				most = mostKills
			}
			for chunk := range slices.Chunk(affected, most) {
				jobs = append(jobs, job{variation: v.Name, controllers: v.Controllers, ids: chunk, company: c})
			}
		}
	}
	for _, f := range slices.Concat(ids, named) { // a variation is idle because of the requirements, rather than they because of it
		if !used[f] {
			return nil, UnmatchedVariation(f)
		}
	}
	slices.SortStableFunc(jobs, func(a, b job) int { return a.controllers - b.controllers })
	for i := range jobs {
		jobs[i].suffix = letters(i)
	}
	return jobs, nil
}

// affects tells whether the variation can make a difference to the requirement: it is the driver's, and needs what varies.
// What kills the driver takes long and has it forget how it was to vary: a variation has to ask for that by name.
func affects(v variation.Variation, r catalogue.Requirement) bool {
	varies := func(c catalogue.Capability) bool { return slices.Contains(v.Needs, string(c)) }
	if r.Alone() && !varies(catalogue.Disruption) {
		return false
	}
	return slices.Contains(r.Needs, catalogue.Driver) && slices.ContainsFunc(r.Needs, varies)
}

// UnmatchedVariation is a focus that selects nothing.
type UnmatchedVariation string

func (u UnmatchedVariation) Error() string {
	var names []string
	for _, v := range variation.All() {
		names = append(names, v.Name)
	}
	return fmt.Sprintf("--focus: found %q; accepted: the ID of a requirement that a variation of the focus can affect, or one of %s", string(u), strings.Join(names, ", "))
}

// BadInput tells the command to end with the exit code for bad input.
func (UnmatchedVariation) BadInput() bool { return true }

// runs are the results as the table of variations reads them.
func (o Options) runs(results []ended) []variations.Run {
	var all []variations.Run
	for _, e := range results {
		run := variations.Run{Variation: e.variation, Record: e.record, Note: e.note}
		for _, v := range variation.All() {
			if v.Name == e.variation {
				run.Varies = v.Varies
			}
		}
		for _, r := range o.Requirements {
			if slices.Contains(e.ids, r.ID) {
				run.Requirements = append(run.Requirements, r)
			}
		}
		all = append(all, run)
	}
	return all
}
