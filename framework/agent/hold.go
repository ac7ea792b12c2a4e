package agent

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"

	"golang.org/x/sys/unix"
)

// run ends when ctx does, which the program's main cancels on SIGTERM and SIGINT.
func (Hold) run(ctx context.Context, _ io.Reader, stdout io.Writer) error {
	children := make(chan os.Signal, 1) // one is enough: each time all are reaped
	signal.Notify(children, unix.SIGCHLD)
	defer signal.Stop(children)
	if _, err := fmt.Fprintln(stdout, "holding"); err != nil {
		return fmt.Errorf("saying that it holds: %w", err)
	}
	for {
		if err := reap(); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-children:
		}
	}
}

// holder is the process that [Hold] is in its container.
const holder = 1

func (End) run(context.Context, io.Reader, io.Writer) error { return endProcess(holder) }

func endProcess(pid int) error {
	if err := unix.Kill(pid, unix.SIGTERM); err != nil {
		return fmt.Errorf("ending process %d: %w", pid, err)
	}
	return nil
}

// reap takes the exit status of every child that has ended.
func reap() error {
	for {
		pid, err := unix.Wait4(-1, nil, unix.WNOHANG, nil)
		switch {
		case errors.Is(err, unix.EINTR):
		case errors.Is(err, unix.ECHILD), err == nil && pid == 0:
			return nil
		case err != nil:
			return fmt.Errorf("reaping children: %w", err)
		}
	}
}
