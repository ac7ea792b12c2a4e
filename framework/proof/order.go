package proof

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"golang.org/x/sync/errgroup"
)

// all runs the jobs: what looks at all that the driver has, one by one; then what needs the driver to be up; then what kills
// it, a few beside each other; then what has to be alone with the nodes. The first and the third wait for most of their time:
// what uses no driver is begun then. Beside an error it returns those that had ended before.
func (o Options) all(ctx context.Context, c cluster, jobs []job) ([]ended, error) {
	shared, stop := context.WithCancel(ctx)
	defer stop()
	var results []ended
	var mu sync.Mutex
	run := func(ctx context.Context, j job) error {
		e, err := o.do(ctx, c, j)
		mu.Lock()
		defer mu.Unlock()
		switch {
		case err != nil:
			stop() // nothing more can be done
		case ctx.Err() == nil: // a pass that was cut short says nothing
			results = append(results, e)
		}
		fmt.Fprintf(o.Out, "  %3d of %d  %-28s %6.1f s  %s\n", len(results), len(jobs), j, e.seconds, e.words())
		return err
	}
	by := map[company]*queue{}
	for _, meant := range []company{users, outages, surveys, driverless, nodes} {
		by[meant] = new(queue)
	}
	for _, j := range jobs {
		by[j.company].jobs = append(by[j.company].jobs, j)
	}
	few := max(1, o.Beside/2-1) // lest the outages take long
	surveyed, killing, filled := make(chan struct{}), make(chan struct{}), make(chan struct{})
	var group errgroup.Group
	group.Go(func() error {
		defer close(filled)
		err := crowd{of: by[driverless], beside: max(1, o.Beside-2), until: surveyed}.run(shared, run)
		<-killing
		return errors.Join(err, crowd{of: by[driverless], beside: few}.run(shared, run))
	})
	group.Go(func() error {
		surveys := crowd{of: by[surveys], beside: 1}.run(shared, run)
		close(surveyed)
		users := crowd{of: by[users], beside: o.Beside}.run(shared, run)
		close(killing)
		outages := crowd{of: by[outages], beside: min(outagesBeside, o.Beside)}.run(shared, run)
		<-filled
		return errors.Join(surveys, users, outages, crowd{of: by[nodes], beside: 1}.run(shared, run))
	})
	if err := group.Wait(); err != nil {
		return results, errors.Join(err, context.Cause(ctx))
	}
	return results, context.Cause(ctx)
}

// crowd are jobs of which so many run beside each other.
type crowd struct {
	of     *queue
	beside int
	until  <-chan struct{} // once it is closed, no other job is begun; nil: all are
}

func (c crowd) run(ctx context.Context, run func(context.Context, job) error) error {
	group, shared := errgroup.WithContext(ctx)
	for range c.beside {
		group.Go(func() error {
			for j, left := c.next(); left && shared.Err() == nil; j, left = c.next() {
				if err := run(shared, j); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return group.Wait()
}

func (c crowd) next() (job, bool) {
	select {
	case <-c.until:
		return job{}, false
	default:
		return c.of.take()
	}
}

// queue hands out jobs, each once.
type queue struct {
	mu   sync.Mutex
	jobs []job
}

func (q *queue) take() (job, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.jobs) == 0 {
		return job{}, false
	}
	first := q.jobs[0]
	q.jobs = q.jobs[1:]
	return first, true
}
