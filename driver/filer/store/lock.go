package store

import (
	"context"
	"sync"
)

// lock is a mutex for each key whose wait a context can end. The zero value is ready.
type lock[K comparable] struct {
	mutex sync.Mutex
	busy  map[K]chan struct{} // closed when the key is free again
}

// take waits for the key. Errors: ctx's cause.
func (l *lock[K]) take(ctx context.Context, key K) (release func(), err error) {
	for {
		free, taken := l.try(key)
		if taken {
			return func() { l.release(key) }, nil
		}
		select {
		case <-free:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

func (l *lock[K]) try(key K) (free <-chan struct{}, taken bool) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if held, busy := l.busy[key]; busy {
		return held, false
	}
	if l.busy == nil {
		l.busy = map[K]chan struct{}{}
	}
	l.busy[key] = make(chan struct{})
	return nil, true
}

func (l *lock[K]) release(key K) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	close(l.busy[key])
	delete(l.busy, key)
}
