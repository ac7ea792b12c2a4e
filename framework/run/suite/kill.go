package suite

import (
	"errors"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// Kill ends the process groups of this process's children that lead one, as Ginkgo's command does, without giving them
// time to undo anything. A daemon that csicert started leads a session of its own and is left alone.
func Kill() error {
	self, err := unix.Getsid(0)
	if err != nil {
		return err
	}
	var errs []error
	for _, pid := range Descendants("/proc", os.Getpid()) {
		group, err := syscall.Getpgid(pid)
		if err != nil || group != pid {
			continue // it has ended, or goes with its leader
		}
		if session, err := unix.Getsid(pid); err != nil || session != self {
			continue
		}
		if err := syscall.Kill(-pid, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}
