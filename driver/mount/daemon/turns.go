package daemon

import (
	"context"
	"sync"
)

// turns lets one request at a time work on a target. The zero value is ready
// to use.
type turns struct {
	mu    sync.Mutex
	lines map[string]*line
}

// line is the queue before one target; it exists while somebody is in it.
type line struct {
	slot   chan struct{}
	people int
}

// take waits for the target's turn; done ends it.
func (t *turns) take(ctx context.Context, target string) (done func(), err error) {
	t.mu.Lock()
	if t.lines == nil {
		t.lines = map[string]*line{}
	}
	l := t.lines[target]
	if l == nil {
		l = &line{slot: make(chan struct{}, 1)}
		t.lines[target] = l
	}
	l.people++
	t.mu.Unlock()
	leave := func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		if l.people--; l.people == 0 {
			delete(t.lines, target)
		}
	}
	select {
	case l.slot <- struct{}{}:
		return func() { <-l.slot; leave() }, nil
	case <-ctx.Done():
		leave()
		return nil, context.Cause(ctx)
	}
}
