package proof

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"time"

	"github.com/onsi/ginkgo/v2/types"

	"csicert/driver/fault"
	"csicert/driver/mutant"
	"csicert/driver/variation"
	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/subject"
	"csicert/reports/verdict"
)

// disarmBudget bounds the taking back of a policy, which happens also after the run was interrupted.
const disarmBudget = 30 * time.Second

// ended is what came of a job.
type ended struct {
	job
	record  verdict.Record
	armed   bool
	note    string
	seconds float64
}

// do runs one job. The error means that nothing more can be done here; what went wrong with the job alone is in its
// note, and makes its pairs inconclusive.
func (o Options) do(ctx context.Context, c cluster, j job) (e ended, err error) {
	began := time.Now()
	e = ended{job: j, armed: true}
	defer func() { e.seconds = time.Since(began).Seconds() }()
	if j.mutant != "" {
		disarm, armErr := c.arm(ctx, j.mutant)
		defer func() {
			undo, cancel := context.WithTimeout(context.WithoutCancel(ctx), disarmBudget)
			defer cancel()
			if gone := disarm(undo); gone != nil {
				err = errors.Join(err, fmt.Errorf("taking mutant %s out of the cluster: %w", j.mutant, gone))
			}
		}()
		if armErr != nil {
			e.armed, e.note = false, armErr.Error()
			return e, ctx.Err()
		}
	}
	e.record, err = o.pass(ctx, j)
	if err != nil && ctx.Err() == nil { // this pass only
		e.armed, e.note, err = false, err.Error(), nil
	}
	return e, err
}

// pass runs the job's specs as a pass of their own and returns its record, which is also written down.
func (o Options) pass(ctx context.Context, j job) (verdict.Record, error) {
	dir := filepath.Join(o.Dir, j.String()+"-"+j.suffix)
	cfg := o.Lab
	cfg.Suffix, cfg.Labels, cfg.Outages = j.suffix, maps.Clone(cfg.Labels), filepath.Join(o.Dir, "outages.lock")
	if j.variation == "" { // who is slow and right is not hurried
		cfg.Budgets = shortened(cfg.Budgets, o.Haste)
	}
	if err := j.under(&cfg); err != nil {
		return verdict.Record{}, err
	}
	if j.variation != "" && j.controllers == 0 {
		cfg.Parameters = map[string]string{variation.Parameter: j.variation}
	}
	record, err := o.Pass(ctx, dir, j.filter(), cfg)
	if err != nil {
		return verdict.Record{}, err
	}
	record.Specs = selected(record.Specs, j.ids)
	return record, record.Save(filepath.Join(dir, "record.json"))
}

// under has the objects of a pass be those of its mutant.
func (j job) under(cfg *lab.Config) error {
	if j.mutant == "" {
		return nil
	}
	cfg.Expected = true
	if cfg.Spoil = j.spoils(); cfg.Spoil > 0 {
		return nil
	}
	kind, err := mutant.KindOf(j.mutant)
	if err != nil {
		return err
	}
	if cfg.Labels == nil {
		cfg.Labels = map[string]string{}
	}
	cfg.Labels[mutant.Label] = j.mutant
	if kind == mutant.KindDriver {
		cfg.Parameters = map[string]string{fault.Parameter: j.mutant}
	}
	return nil
}

// selected drops the specs of other passes, which Ginkgo lists too.
func selected(all []types.SpecReport, ids []catalogue.ID) []types.SpecReport {
	return slices.DeleteFunc(all, func(s types.SpecReport) bool {
		return s.LeafNodeType.Is(types.NodeTypeIt) && !slices.ContainsFunc(s.Labels(), func(l string) bool { return slices.Contains(ids, catalogue.ID(l)) })
	})
}

// sooner is how much earlier than the faulty driver gives in a judgement ends that waits for it: it began later.
const sooner = 5500 * time.Millisecond

// shortened are budgets for specs that are expected to fail. A defect often shows in that something never happens,
// and the budget is then the whole cost. Data and the taking back keep theirs: they bound no judgement.
func shortened(b subject.Budgets, factor float64) subject.Budgets {
	s := b.Scaled(factor)
	s.Data, s.Undo = b.Data, b.Undo
	s.Delete = min(s.Delete, fault.Refusal-sooner)
	return s
}
