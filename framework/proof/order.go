package proof

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"csicert/reports/verdict"
)

// all runs the jobs: what looks at all that the driver has, one by one; then what needs the driver to be up; then what kills
// it, a few beside each other. The first and the third wait for most of their time: what uses no driver is begun then. Once that has
// ended, too, what disturbs nodes runs, one by one, beside what kills the driver; what came to no judgement for any of these is tried
// once more, alone. Beside an error it returns those that had ended before.
func (o Options) all(ctx context.Context, c cluster, jobs []job) ([]ended, error) {
	shared, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var results []ended
	var mu sync.Mutex
	run := func(ctx context.Context, j job) error {
		e, err := o.do(ctx, c, j)
		mu.Lock()
		defer mu.Unlock()
		switch {
		case err != nil:
			stop(err) // nothing more can be done
		case ctx.Err() == nil: // a pass that was cut short says nothing
			results = append(results, e)
		}
		fmt.Fprintf(o.Out, "  %3d of %d  %-28s %6.1f s  %s\n", len(results), len(jobs), j, e.seconds, e.words())
		return err
	}
	by := map[company]<-chan job{}
	for _, meant := range []company{users, outages, surveys, driverless, nodes} {
		by[meant] = handOut(slices.DeleteFunc(slices.Clone(jobs), func(j job) bool { return j.company != meant }))
	}
	few := max(1, o.Beside/2-1) // lest the outages take long
	surveyed, killing, disturbed := make(chan struct{}), make(chan struct{}), make(chan struct{})
	var group errgroup.Group
	group.Go(func() error {
		defer close(disturbed)
		err := crowd{of: by[driverless], beside: max(1, o.Beside-2), until: surveyed}.run(shared, run)
		<-killing
		err = errors.Join(err, crowd{of: by[driverless], beside: few}.run(shared, run))
		return errors.Join(err, crowd{of: by[nodes], beside: 1}.run(shared, run))
	})
	group.Go(func() error {
		surveys := crowd{of: by[surveys], beside: 1}.run(shared, run)
		close(surveyed)
		users := crowd{of: by[users], beside: o.Beside}.run(shared, run)
		close(killing)
		outages := crowd{of: by[outages], beside: min(outagesBeside, o.Beside)}.run(shared, run)
		<-disturbed
		return errors.Join(surveys, users, outages, crowd{of: handOut(hindered(&results)), beside: 1}.run(shared, run))
	})
	err := group.Wait()
	if cause := context.Cause(shared); cause != nil && !errors.Is(err, cause) { // what came first, rather than what it broke off
		err = errors.Join(cause, err)
	}
	return results, err
}

// hindered takes out of the results the outages of which a spec came to no judgement: something else may have killed what it
// was about to need, or ended its program on a node. They are to be tried once more. What was judged stays judged.
func hindered(results *[]ended) (again []job) {
	*results = slices.DeleteFunc(*results, func(e ended) bool {
		if e.company != outages || e.judged() {
			return false
		}
		e.job.suffix = "a" + e.suffix // no number begins so, see letters
		again = append(again, e.job)
		return true
	})
	return again
}

// judged tells whether every spec of the pass came to a judgement.
func (e ended) judged() bool {
	v, err := verdict.Of(e.record)
	return e.armed && err == nil && !slices.ContainsFunc(v.Results(), func(r verdict.Result) bool {
		return r.Status == verdict.Blocked || r.Status == verdict.Error
	})
}

func handOut(jobs []job) <-chan job {
	all := make(chan job, len(jobs))
	for _, j := range jobs {
		all <- j
	}
	close(all)
	return all
}

// crowd are jobs of which so many run beside each other.
type crowd struct {
	of     <-chan job // closed
	beside int
	until  <-chan struct{} // once it is closed, no other job is begun; nil: all are
}

func (c crowd) run(ctx context.Context, run func(context.Context, job) error) error {
	var group errgroup.Group
	for range c.beside {
		group.Go(func() error {
			for j, left := c.next(); left && ctx.Err() == nil; j, left = c.next() {
				if err := run(ctx, j); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return group.Wait()
}

func (c crowd) next() (j job, left bool) {
	select {
	case <-c.until:
		return job{}, false
	default:
		j, left = <-c.of
		return j, left
	}
}
