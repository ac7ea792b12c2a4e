package fusenfs

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/hanwen/go-fuse/v2/fuse"
	"golang.org/x/sys/unix"

	"csicert/driver/mount/nfs3"
)

const (
	lookAgain = 250 * time.Millisecond
	// unseenGrace is how long the request of a process that cannot be seen
	// goes on after a signal.
	unseenGrace = 5 * time.Second
)

// share is one mounted export.
type share struct {
	log    *slog.Logger
	client *nfs3.Client
	device int // tells when the connection to the kernel was aborted
	life   context.Context
	end    context.CancelFunc
	hidden atomic.Uint64 // counts the names given to removed open files
}

func newShare(log *slog.Logger, client *nfs3.Client, device int) *share {
	s := &share{log: log, client: client, device: device}
	s.life, s.end = context.WithCancel(context.Background())
	return s
}

func (s *share) close() {
	s.end()
	s.client.Close()
	if err := unix.Close(s.device); err != nil {
		s.log.Warn("closing the FUSE device", "error", err)
	}
}

// request returns a context that ends when the caller was killed or the
// mount aborted, and a function to call at the request's end. The kernel
// reports every signal, but programs do not expect an interrupted system
// call on a file, so a signal that does not kill is not passed on.
func (s *share) request(ctx context.Context) (context.Context, func()) {
	mine, cancel := context.WithCancel(s.life)
	stop := context.AfterFunc(ctx, func() {
		caller, _ := fuse.FromContext(ctx)
		s.awaitDeath(mine, caller)
		cancel()
	})
	return mine, func() {
		stop()
		cancel()
	}
}

// awaitDeath returns when the caller is being killed, the connection was
// aborted or the request is done.
func (s *share) awaitDeath(request context.Context, caller *fuse.Caller) {
	var thread uint32
	if caller != nil {
		thread = caller.Pid
	}
	look := time.NewTicker(lookAgain)
	defer look.Stop()
	grace := time.NewTimer(unseenGrace)
	defer grace.Stop()
	for {
		if s.aborted() || thread != 0 && dying(thread) {
			return
		}
		select {
		case <-look.C:
		case <-grace.C:
			if thread == 0 {
				return
			}
		case <-request.Done():
			return
		}
	}
}

// aborted says that the kernel will send no more requests.
func (s *share) aborted() bool {
	poll := []unix.PollFd{{Fd: int32(s.device)}}
	_, err := unix.Poll(poll, 0)
	return err == nil && poll[0].Revents&unix.POLLERR != 0
}

// errno turns an error into what the system call returns.
func (s *share) errno(err error) syscall.Errno {
	var number syscall.Errno
	switch {
	case err == nil:
		return 0
	case errors.As(err, &number):
		return number
	case errors.Is(err, context.Canceled):
		return syscall.EINTR
	}
	s.log.Warn("request failed", "error", err)
	return syscall.EIO
}
