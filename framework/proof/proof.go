package proof

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"time"

	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"

	"csicert/driver/mutant"
	"csicert/framework/catalogue"
	"csicert/framework/kubeconfig"
	"csicert/framework/lab"
	"csicert/reports/mutants"
	"csicert/reports/verdict"
)

// passesPerCore is how many passes run beside each other on a core: they wait for the cluster more than they compute.
const passesPerCore = 4

// outagesBeside is how many passes run beside each other that kill the driver's processes: their outages come one after the
// other, and each has to put up with those of the others.
const outagesBeside = 4

// mostBeside bounds what may be asked for: each pass has a process and a namespace of its own.
const mostBeside = 32

// Pass runs the specs that a Ginkgo label filter selects in one process, with that configuration, and leaves its log in
// a folder that it makes. An error means that there is no record.
type Pass func(ctx context.Context, dir, filter string, cfg lab.Config) (verdict.Record, error)

// Options are what a proof needs.
type Options struct {
	Lab          lab.Config              // of a cluster that lab.Prepare has prepared
	Requirements []catalogue.Requirement // the catalogue
	Pass         Pass
	Focus        []string // IDs and mutants to prove; empty means all
	// Every tries the mutants, too, that the usual proof leaves out (catalogue.Mutant.Further); so does any focus.
	Every  bool
	Beside int // passes beside each other; 0 chooses by the cores
	// Haste multiplies the budgets that judgements wait for, above 0 and up to 1; 0 means 1. It holds for the honest
	// passes too: what kills a mutant by a budget must be enough for the honest object, in the same crowd.
	Haste float64
	Dir   string    // where each pass leaves its record and its log
	Out   io.Writer // a line for every pass that ended
}

// Run proves the catalogue and returns its matrix; what was not killed is no error. The error tells that the proof
// could not be made: bad input, no cluster, an interruption. Beside an error there is a matrix, too, where passes had
// ended before: of these, and of nothing else. No policy is left in the cluster either way.
func Run(ctx context.Context, o Options) (mutants.Matrix, error) {
	if err := o.Check(); err != nil {
		return mutants.Matrix{}, err
	}
	if o.Haste == 0 {
		o.Haste = 1
	}
	if o.Beside == 0 {
		o.Beside = passesPerCore * runtime.NumCPU()
	}
	wanted, err := focused(o.Requirements, o.Focus)
	if err != nil {
		return mutants.Matrix{}, err
	}
	if len(o.Focus) == 0 && !o.Every {
		wanted = usual(wanted)
	}
	c, err := join(ctx, o.Lab)
	if err != nil {
		return mutants.Matrix{}, err
	}
	all, err := o.all(ctx, c, plan(wanted, o.Beside))
	m, judged := judge(wanted, all)
	switch {
	case err == nil:
		return m, judged
	case judged != nil: // not one honest pass had ended
		return mutants.Matrix{}, err
	}
	m.Interrupt(err.Error())
	return m, err
}

// Check refuses what can be refused without a cluster: it is bad input.
func (o Options) Check() error {
	if err := o.checkNumbers(); err != nil {
		return err
	}
	_, err := focused(o.Requirements, o.Focus)
	return err
}

func (o Options) checkNumbers() error {
	if o.Haste < 0 || o.Haste > 1 {
		return OutOfRange{"--haste", o.Haste, "a number above 0 and up to 1"}
	}
	if o.Beside < 0 || o.Beside > mostBeside {
		return OutOfRange{"--beside", float64(o.Beside), fmt.Sprintf("1 to %d, or 0 for a number that suits the cores", mostBeside)}
	}
	return nil
}

// OutOfRange is a number that cannot be used.
type OutOfRange struct {
	Field    string
	Found    float64
	Accepted string
}

func (r OutOfRange) Error() string {
	return fmt.Sprintf("%s: found %g; accepted: %s", r.Field, r.Found, r.Accepted)
}

// BadInput tells the command to end with the exit code for bad input.
func (OutOfRange) BadInput() bool { return true }

// words say how the specs of a pass ended.
func (e ended) words() string {
	if !e.armed {
		return verdict.FirstLine(e.note, 100)
	}
	v, err := verdict.Of(e.record)
	if err != nil {
		return err.Error()
	}
	words := ""
	for _, r := range v.Results() {
		words += fmt.Sprintf("%s %s  ", r.Requirement.ID, r.Status)
	}
	return words
}

// judge makes one honest record of the honest passes and holds the others against it.
func judge(wanted []catalogue.Requirement, all []ended) (mutants.Matrix, error) {
	var honest verdict.Record
	var filters, problems []string
	var runs []mutants.Run
	began, done := spanOf(all)
	for _, e := range all {
		if e.mutant != "" {
			for _, id := range e.ids {
				runs = append(runs, mutants.Run{Mutant: e.mutant, Requirement: id, Record: e.record, Armed: e.armed, Note: e.note, Seconds: e.seconds})
			}
			continue
		}
		if problem := e.record.Interrupted + e.note; problem != "" {
			problems = append(problems, problem)
		}
		if e.note != "" {
			continue
		}
		specs := append(honest.Specs, e.record.Specs...)
		honest = e.record // they differ in their specs only
		honest.Specs = specs
		filters = append(filters, e.filter())
	}
	if len(filters) == 0 {
		return mutants.Matrix{}, fmt.Errorf("no honest pass was recorded: %s", strings.Join(problems, "; "))
	}
	honest.Started, honest.Ended = began, done
	honest.Filter, honest.Interrupted = strings.Join(filters, " || "), strings.Join(problems, "; ")
	v, err := verdict.Of(honest)
	if err != nil {
		return mutants.Matrix{}, fmt.Errorf("judging the honest passes: %w", err)
	}
	return mutants.Judge(wanted, v, runs), nil
}

// spanOf is from the begin of the first recorded pass to the end of the last.
func spanOf(all []ended) (began, done time.Time) {
	for _, e := range all {
		if r := e.record; !r.Started.IsZero() && (began.IsZero() || r.Started.Before(began)) {
			began = r.Started
		}
		if e.record.Ended.After(done) {
			done = e.record.Ended
		}
	}
	return began, done
}

// join connects to the cluster and finds, for every node and zone, another one.
func join(ctx context.Context, cfg lab.Config) (cluster, error) {
	rest, err := kubeconfig.REST(cfg.Kubeconfig, cfg.Context)
	if err != nil {
		return cluster{}, err
	}
	set, err := kubernetes.NewForConfig(rest)
	if err != nil {
		return cluster{}, fmt.Errorf("making a client: %w", err)
	}
	objects, err := dynamic.NewForConfig(rest)
	if err != nil {
		return cluster{}, fmt.Errorf("making an object client: %w", err)
	}
	workers, err := lab.Workers(ctx, set)
	if err != nil {
		return cluster{}, err
	}
	if len(workers) == 0 {
		return cluster{}, fmt.Errorf("no node that pods may run on in context %q", cfg.Context)
	}
	return cluster{set: set, objects: objects, namespace: cfg.KeeperNS, run: cfg.Run, places: elsewhere(workers), node: workers[0]}, nil
}

// elsewhere names for every node the next one, of another zone where there is one, and for every zone another zone.
func elsewhere(workers []lab.Node) mutant.Places {
	p := mutant.Places{Hosts: map[string]string{}, Zones: map[string]string{}}
	for i, n := range workers {
		others := append(slices.Clone(workers[i+1:]), workers[:i]...)
		if len(others) > 0 {
			p.Hosts[n.Host] = others[0].Host
		}
		if j := slices.IndexFunc(others, func(o lab.Node) bool { return o.Zone != n.Zone }); j >= 0 {
			p.Hosts[n.Host], p.Zones[n.Zone] = others[j].Host, others[j].Zone
		}
	}
	return p
}
