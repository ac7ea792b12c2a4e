package mountpoint

import (
	"context"
	"errors"
	"fmt"
	"syscall"
	"time"

	"golang.org/x/sync/singleflight"
	"golang.org/x/sys/unix"
)

// ProbeLimit is how long a file system may take to answer a probe.
const ProbeLimit = 3 * time.Second

// Prober asks mounts whether they answer. It never has more than one
// question to one mount under way, because each that hangs holds a thread.
// The zero value is ready to use.
type Prober struct {
	asked singleflight.Group
}

// Probe asks the file system mounted at the path for its space and its
// root's attributes. It returns nil when both are answered, ErrHangs after
// ProbeLimit, and otherwise what the file system said.
func (p *Prober) Probe(ctx context.Context, path string) error {
	mounted, err := At(path)
	if err != nil {
		return err
	}
	key := path
	if mounted != nil {
		key = fmt.Sprintf("%d:%d at %s", mounted.ID, mounted.Minor, path)
	}
	answer := p.asked.DoChan(key, func() (any, error) { return nil, ask(path) })
	timer := time.NewTimer(ProbeLimit)
	defer timer.Stop()
	select {
	case result := <-answer:
		return result.Err
	case <-timer.C:
		return fmt.Errorf("probing %s: %w within %v", path, ErrHangs, ProbeLimit)
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func ask(path string) error {
	var space unix.Statfs_t
	if err := retryInterrupted(func() error { return unix.Statfs(path, &space) }); err != nil {
		return fmt.Errorf("statfs %s: %w", path, err)
	}
	var attributes unix.Stat_t
	if err := retryInterrupted(func() error { return unix.Stat(path, &attributes) }); err != nil {
		return fmt.Errorf("stat %s: %w", path, err)
	}
	return nil
}

func retryInterrupted(call func() error) error {
	for {
		if err := call(); !errors.Is(err, unix.EINTR) {
			return err
		}
	}
}

// IsDead says that a probe's error means a mount that will not answer again:
// its process ended, its connection was aborted or its root is gone.
func IsDead(err error) bool {
	for _, dead := range []syscall.Errno{unix.ENOTCONN, unix.ESTALE, unix.EIO, unix.ECONNABORTED} {
		if errors.Is(err, dead) {
			return true
		}
	}
	return false
}
