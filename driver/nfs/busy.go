package nfs

import (
	"sync"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// busy keeps two calls from one thing. The second is told ABORTED, as the CSI specification ("Concurrency") has it.
type busy struct {
	mu   sync.Mutex
	held map[string]bool
}

func (b *busy) hold(key string) (release func(), err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.held[key] {
		return nil, status.Errorf(codes.Aborted, "another call for %s is under way", key)
	}
	if b.held == nil {
		b.held = map[string]bool{}
	}
	b.held[key] = true
	return func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		delete(b.held, key)
	}, nil
}
