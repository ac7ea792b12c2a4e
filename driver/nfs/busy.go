package nfs

import (
	"context"
	"sync"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// busy keeps two calls from one thing. The zero value is ready.
type busy struct {
	mu   sync.Mutex
	held map[string]chan struct{} // closed when the key is free again
}

// hold takes the key. Where another call has it, that is told at once. Errors: ABORTED (CSI, "Concurrency").
func (b *busy) hold(key string) (release func(), err error) {
	if taken := b.try(key); taken != nil {
		return nil, status.Errorf(codes.Aborted, "another call for %s is under way", key)
	}
	return func() { b.release(key) }, nil
}

// wait takes the key when it is free. Errors: CANCELED, DEADLINE_EXCEEDED.
func (b *busy) wait(ctx context.Context, key string) (release func(), err error) {
	for {
		taken := b.try(key)
		if taken == nil {
			return func() { b.release(key) }, nil
		}
		select {
		case <-taken:
		case <-ctx.Done():
			return nil, status.Errorf(status.FromContextError(ctx.Err()).Code(), "waiting for another call for %s", key)
		}
	}
}

// try takes the key and returns nil, or returns what ends when the key is free.
func (b *busy) try(key string) <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	if taken, ok := b.held[key]; ok {
		return taken
	}
	if b.held == nil {
		b.held = map[string]chan struct{}{}
	}
	b.held[key] = make(chan struct{})
	return nil
}

func (b *busy) release(key string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	close(b.held[key])
	delete(b.held, key)
}
