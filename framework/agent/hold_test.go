package agent

import (
	"errors"
	"os/exec"
	"testing"

	"golang.org/x/sys/unix"
)

func TestAProcessIsEndedByTheSignalThatAsks(t *testing.T) {
	c := child(t)
	if err := endProcess(c.Process.Pid); err != nil {
		t.Fatal(err)
	}
	var ended *exec.ExitError
	if err := c.Wait(); !errors.As(err, &ended) || ended.Sys().(interface{ Signal() unix.Signal }).Signal() != unix.SIGTERM {
		t.Errorf("the process ended with %v; want %v", err, unix.SIGTERM)
	}
	if err := endProcess(c.Process.Pid); !errors.Is(err, unix.ESRCH) {
		t.Errorf("a process that is gone is ended with %v", err)
	}
}
