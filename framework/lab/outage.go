package lab

import (
	"context"
	"fmt"
	"os"
	"sync"

	"github.com/onsi/ginkgo/v2"
	"golang.org/x/sys/unix"
)

// outage waits until no other suite of the run has the driver's processes killed, and keeps others from it until over is
// called. Where a run has one such suite there is no lock, and nothing to wait for.
func (l *Lab) outage(ctx context.Context) (over func(), err error) {
	if l.cfg.Outages == "" {
		return func() {}, nil
	}
	lock, err := os.OpenFile(l.cfg.Outages, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("opening the lock of outages: %w", err)
	}
	over = sync.OnceFunc(func() { _ = lock.Close() }) // which unlocks it; nothing was written
	held := make(chan error, 1)
	go func() { held <- unix.Flock(int(lock.Fd()), unix.LOCK_EX) }()
	select {
	case err = <-held:
	case <-ctx.Done():
		go func() { <-held; over() }() // it comes once the others are done, or with the end of the process
		return nil, context.Cause(ctx)
	}
	if err != nil {
		over()
		return nil, fmt.Errorf("waiting for the end of another outage: %w", err)
	}
	return over, nil
}

// TakeTurn waits until no other suite of the run has the driver's processes killed, for what has to be killed while it works:
// the wait comes before the work then. The next kill is of this turn.
func (b *Bench) TakeTurn(ctx context.Context) {
	ginkgo.GinkgoHelper()
	if b.turn != nil {
		return
	}
	over, err := b.lab.outage(ctx)
	if err != nil {
		b.blocked("waiting for the turn to kill", err.Error())
	}
	b.turn = over
	b.undo = append(b.undo, undoing{what: "the outage", do: func(context.Context) error { over(); return nil }})
}

// useTurn is the turn that was taken, or the next one; over ends it.
func (b *Bench) useTurn(ctx context.Context) (over func()) {
	ginkgo.GinkgoHelper()
	b.TakeTurn(ctx)
	over, b.turn = b.turn, nil
	return over
}
