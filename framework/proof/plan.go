package proof

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"csicert/framework/catalogue"
)

// job is one pass of the suites: under one mutant or variation, or honest when it names none.
type job struct {
	mutant      string
	variation   string // one of the calls, unless controllers are counted
	controllers int    // of the deployment that the pass is for; 0: as many as usual
	ids         []catalogue.ID
	exclusive   bool   // its specs need nodes that others use
	suffix      string // of the pass's namespace; letters, so that a process's number can follow
}

// filter selects the specs of the job.
func (j job) filter() string {
	var ids []string
	for _, id := range j.ids {
		ids = append(ids, string(id))
	}
	return strings.Join(ids, " || ")
}

func (j job) String() string { return cmp.Or(j.mutant, j.variation, "honest") }

// Unmatched is a focus that selects nothing.
type Unmatched string

func (u Unmatched) Error() string {
	return fmt.Sprintf("--focus: found %q; accepted: the ID of a requirement, the name of a mutant that one names, or both as ID/mutant", string(u))
}

// BadInput tells the command to end with the exit code for bad input.
func (Unmatched) BadInput() bool { return true }

// focused keeps the pairs whose requirement or mutant is in the focus, or which are in it themselves, as ID/mutant; no
// focus keeps everything.
func focused(requirements []catalogue.Requirement, focus []string) ([]catalogue.Requirement, error) {
	if len(focus) == 0 {
		return requirements, nil
	}
	used := map[string]bool{}
	var kept []catalogue.Requirement
	for _, r := range requirements {
		byID := slices.Contains(focus, string(r.ID))
		used[string(r.ID)] = true
		var pairs []catalogue.Mutant
		for _, m := range r.Mutants {
			pair := string(r.ID) + "/" + m.Name
			used[m.Name], used[pair] = true, true
			if byID || slices.Contains(focus, m.Name) || slices.Contains(focus, pair) {
				pairs = append(pairs, m)
			}
		}
		if byID || len(pairs) > 0 {
			r.Mutants = pairs
			kept = append(kept, r)
		}
	}
	for _, f := range focus {
		if !used[f] {
			return nil, Unmatched(f)
		}
	}
	return kept, nil
}

// plan deals the pairs out to passes: those of one mutant together, and the honest ones over as many passes as
// run beside each other. What disturbs nodes gets passes of its own, behind all others.
func plan(requirements []catalogue.Requirement, beside int) []job {
	var honest []job
	var under []job
	find := func(mutant string, exclusive bool) *job {
		i := slices.IndexFunc(under, func(j job) bool { return j.mutant == mutant && j.exclusive == exclusive })
		if i < 0 {
			under = append(under, job{mutant: mutant, exclusive: exclusive})
			i = len(under) - 1
		}
		return &under[i]
	}
	var alone job
	alone.exclusive = true
	shared := make([]job, beside)
	next := 0
	for _, r := range requirements {
		if len(r.Mutants) == 0 {
			continue
		}
		exclusive := r.Alone()
		to := &alone
		if !exclusive {
			to = &shared[next%beside]
			next++
		}
		to.ids = append(to.ids, r.ID)
		for _, m := range r.Mutants {
			j := find(m.Name, exclusive)
			j.ids = append(j.ids, r.ID)
		}
	}
	for _, j := range append(shared, alone) {
		if len(j.ids) > 0 {
			honest = append(honest, j)
		}
	}
	all := append(honest, under...)
	for i := range all {
		all[i].suffix = letters(i)
	}
	return all
}

// letters writes a number with letters only: a, b, ..., z, ba, bb, ...
func letters(n int) string {
	last := string(rune('a' + n%26))
	if n < 26 {
		return last
	}
	return letters(n/26) + last
}
