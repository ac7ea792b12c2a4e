package proof

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"csicert/framework/catalogue"
)

// job is one pass of the suites: under one mutant or variation, or honest when it names none.
type job struct {
	mutant      string
	long        bool   // by the word of one that names the mutant
	variation   string // one of the calls, unless controllers are counted
	controllers int    // of the deployment that the pass is for; 0: as many as usual
	ids         []catalogue.ID
	company     company
	suffix      string // of the pass's namespace; letters, so that a process's number can follow
}

// company is with what else a pass can run.
type company int

const (
	users      company = iota // need the driver to be up
	outages                   // kill the driver
	surveys                   // look at all that the driver has: nothing else may use it, not even by killing it
	driverless                // use no driver: can be beside all but what disturbs nodes
	nodes                     // disturb nodes: only outages put up with that
)

func companyOf(r catalogue.Requirement) company {
	switch {
	case !r.Alone() && r.OfDriver():
		return users
	case !r.Alone():
		return driverless
	case r.Nodes:
		return nodes
	case r.Surveys:
		return surveys
	case r.OfDriver():
		return outages
	}
	return nodes
}

// filter selects the specs of the job.
func (j job) filter() string {
	var ids []string
	for _, id := range j.ids {
		ids = append(ids, string(id))
	}
	return strings.Join(ids, " || ")
}

// spoils is the judgement whose spoiling the pass looks at, or 0. Such a pass is short: what it waits for comes.
func (j job) spoils() int { return catalogue.Mutant{Name: j.mutant}.Nth() }

// early is more than 0 when the pass is begun before others.
func (j job) early() int {
	if j.long {
		return 1
	}
	return 0
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

// usual are the requirements without the mutants that only a proof of every judgement tries.
func usual(requirements []catalogue.Requirement) []catalogue.Requirement {
	kept := slices.Clone(requirements)
	for i, r := range kept {
		kept[i].Mutants = slices.DeleteFunc(slices.Clone(r.Mutants), func(m catalogue.Mutant) bool { return m.Further })
	}
	return kept
}

// mostIdle is how many specs one honest pass has that use no driver: short passes fill better what others wait.
const mostIdle = 8

// mostSpoilt is how many specs one pass has whose judgements are spoilt.
const mostSpoilt = 6

// plan deals the pairs out to passes: those of one mutant together, the longest first by what is known, and the honest ones over as many
// passes as run beside each other. What has to be alone gets passes of its own, and so does what uses no driver.
func plan(requirements []catalogue.Requirement, beside int) []job {
	var honest, under []job
	find := func(like job) *job {
		most := math.MaxInt
		if like.spoils() > 0 { // most specs have one of few
			most = mostSpoilt
		}
		i := slices.IndexFunc(under, func(j job) bool {
			return j.mutant == like.mutant && j.company == like.company && len(j.ids) < most
		})
		if i < 0 {
			under = append(under, like)
			i = len(under) - 1
		}
		return &under[i]
	}
	lone := map[company]*job{surveys: {company: surveys}, nodes: {company: nodes}}
	idle := []job{{company: driverless}}
	shared, kills := make([]job, beside), make([]job, min(outagesBeside, beside))
	for i := range kills {
		kills[i].company = outages
	}
	var next, kill int
	for _, r := range requirements {
		if len(r.Mutants) == 0 {
			continue
		}
		var to *job
		switch c := companyOf(r); c {
		case users:
			to = &shared[next%beside]
			next++
		case driverless:
			if len(idle[len(idle)-1].ids) == mostIdle {
				idle = append(idle, job{company: driverless})
			}
			to = &idle[len(idle)-1]
		case outages:
			to = &kills[kill%len(kills)]
			kill++
		case surveys, nodes:
			to = lone[c]
		}
		to.ids = append(to.ids, r.ID)
		for _, m := range r.Mutants {
			j := find(job{mutant: m.Name, company: companyOf(r)})
			j.ids, j.long = append(j.ids, r.ID), j.long || m.Long
		}
	}
	for _, j := range slices.Concat(shared, idle, kills, []job{*lone[surveys], *lone[nodes]}) {
		if len(j.ids) > 0 {
			honest = append(honest, j)
		}
	}
	slices.SortStableFunc(under, func(a, b job) int {
		return cmp.Or(b.early()-a.early(), len(b.ids)-len(a.ids), cmp.Compare(a.spoils(), b.spoils()))
	})
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
