package run

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/onsi/ginkgo/v2/types"
	"golang.org/x/sync/errgroup"

	"csicert/framework/catalogue"
	"csicert/framework/run/suite"
	"csicert/reports/verdict"
)

// onlySpecs keeps the suites' program from running its own unit tests beside the specs, in each of its processes.
const onlySpecs = "-test.run=^TestConformance$"

// leg is a part of a pass with a run of Ginkgo's of its own.
type leg struct {
	name   string // of its folder below the pass's, and what its namespaces are told apart by; the main one's is empty
	filter string
	procs  int
	specs  map[catalogue.ID]bool // those that it judges; nil: all that the filter selects
	first  bool                  // it also tells of the specs that the pass leaves out
}

// legs divides a pass. What kills the driver's processes has to be alone with the driver, one spec after the other, and
// the machine mostly waits meanwhile: the specs that use no driver are run beside it, once all others have ended. What
// disturbs a node is alone in the main leg. Where
// there are not both of them, or only one process, the pass has one leg.
func (p Pass) legs(requirements []catalogue.Requirement) []leg {
	whole := []leg{{filter: p.Filter, procs: p.Procs}}
	if p.Procs < 2 {
		return whole
	}
	selects := types.MustParseLabelFilter(p.Filter)
	main, alone, beside := map[catalogue.ID]bool{}, map[catalogue.ID]bool{}, map[catalogue.ID]bool{}
	for _, r := range requirements {
		if !selects(r.Labels()) {
			continue
		}
		to := main
		switch {
		case r.Nodes:
		case r.OfDriver() && r.Alone():
			to = alone
		case !r.OfDriver() && !r.Alone():
			to = beside
		}
		to[r.ID] = true
	}
	if len(alone) == 0 || len(beside) == 0 {
		return whole
	}
	all := []leg{{specs: main, procs: p.Procs}, {name: "alone", specs: alone, procs: 1}, {name: "beside", specs: beside, procs: p.Procs}}
	for i := range all {
		all[i].filter = either(all[i].specs)
	}
	if len(main) == 0 {
		all = all[1:]
	}
	all[0].first = true
	return all
}

// either is the filter that selects these.
func either(specs map[catalogue.ID]bool) string {
	var ids []string
	for id := range specs {
		ids = append(ids, string(id))
	}
	slices.Sort(ids)
	return strings.Join(ids, " || ")
}

// run judges the legs, the main one first, the other two beside each other, and joins what came of them. An error of
// one leg is one of the pass; a leg that was interrupted is the last.
func (s *Session) run(ctx context.Context, p Pass) (suite.Outcome, error) {
	legs, count, left := p.legs(s.Requirements), new(suite.Count), s.Timeout
	var main suite.Outcome
	if legs[0].name == "" {
		began := time.Now()
		var err error
		if main, err = s.runLeg(ctx, p, legs[0], left, count); err != nil || len(legs) == 1 || main.Interrupted() != "" || ctx.Err() != nil {
			return main, err
		}
		legs, left = legs[1:], left-time.Since(began)
	}
	rest, err := s.runBeside(ctx, p, legs, left, count)
	return suite.Join(append(rest, main)...), err
}

func (s *Session) runBeside(ctx context.Context, p Pass, legs []leg, within time.Duration, count *suite.Count) ([]suite.Outcome, error) {
	outcomes, failed := make([]suite.Outcome, len(legs)), make([]error, len(legs))
	var group errgroup.Group // not of a context: one leg's error is no reason to cut the other short
	for i, l := range legs {
		group.Go(func() error {
			outcomes[i], failed[i] = s.runLeg(ctx, p, l, within, count)
			return nil
		})
	}
	return outcomes, errors.Join(group.Wait(), errors.Join(failed...))
}

// runLeg runs Ginkgo over one leg, and keeps of its report the specs that are the leg's.
func (s *Session) runLeg(ctx context.Context, p Pass, l leg, within time.Duration, count *suite.Count) (suite.Outcome, error) {
	dir, cfg := p.Dir, p.Lab
	if l.name != "" {
		dir = filepath.Join(dir, l.name)
		cfg.Suffix += l.name
	}
	config, err := configure(dir, cfg)
	if err != nil {
		return suite.Outcome{}, err
	}
	o, err := suite.Run(ctx, suite.Params{Ginkgo: s.Programs.Ginkgo, Suite: s.Programs.Suite, Args: []string{"-lab.config=" + config, onlySpecs}, Crowded: p.Crowded, Dir: dir,
		Select: []string{"--label-filter=" + l.filter}, Specs: selected(p.Filter, s.Requirements), Count: count, Procs: l.procs, Seed: p.Seed,
		Timeout: within, Out: s.Out, Log: s.Log})
	if err != nil || l.specs == nil {
		return o, err
	}
	o.Keep(func(spec types.SpecReport) bool {
		id, is := verdict.IDOf(spec)
		if !is { // Ginkgo's own, such as BeforeSuite
			return true
		}
		return l.specs[id] || l.first && !p.selects(s.Requirements, id)
	})
	return o, nil
}

func (p Pass) selects(requirements []catalogue.Requirement, id catalogue.ID) bool {
	i := slices.IndexFunc(requirements, func(r catalogue.Requirement) bool { return r.ID == id })
	return i >= 0 && types.MustParseLabelFilter(p.Filter)(requirements[i].Labels())
}
