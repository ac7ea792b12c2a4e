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
// what uses no driver fills it. Beside an error it returns those that had ended before.
func (o Options) all(ctx context.Context, c cluster, jobs []job) ([]ended, error) {
	var results []ended
	var mu sync.Mutex
	run := func(ctx context.Context, j job) error {
		e, err := o.do(ctx, c, j)
		mu.Lock()
		defer mu.Unlock()
		if err == nil && ctx.Err() == nil { // a pass that was cut short says nothing
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
	surveyed := make(chan struct{})
	for _, step := range [][]crowd{
		{{of: by[surveys], beside: 1, then: surveyed}, {of: by[driverless], beside: max(1, o.Beside-2), until: surveyed}},
		{{of: by[users], beside: o.Beside}},
		{{of: by[outages], beside: min(outagesBeside, o.Beside)}, {of: by[driverless], beside: max(1, o.Beside/2-1)}}, // few, lest the outages take long
		{{of: by[nodes], beside: 1}},
	} {
		together, shared := errgroup.WithContext(ctx)
		for _, some := range step {
			together.Go(func() error { return some.run(shared, run) })
		}
		err := together.Wait()
		switch {
		case err != nil:
			return results, errors.Join(err, context.Cause(ctx))
		case ctx.Err() != nil:
			return results, context.Cause(ctx)
		}
	}
	return results, nil
}

// crowd are jobs of which so many run beside each other.
type crowd struct {
	of     *queue
	beside int
	until  <-chan struct{} // once it is closed, no other job is begun; nil: all are
	then   chan struct{}   // closed when all have ended; nil: nobody is told
}

func (c crowd) run(ctx context.Context, run func(context.Context, job) error) error {
	if c.then != nil {
		defer close(c.then)
	}
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
