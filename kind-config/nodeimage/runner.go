package nodeimage

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"
)

const (
	// killDelay is how long a cancelled program may take to close its pipes.
	killDelay = 10 * time.Second
	// tailLines of what a failed program printed go into the error; the log has all of it.
	tailLines = 12
)

// runner runs programs, keeps what they print in one log, and stops all they started when the context ends.
type runner struct {
	mu      sync.Mutex
	log     io.Writer
	logPath string // empty when there is no log file
}

type command struct {
	dir    string
	env    []string // added to this process's own
	stdin  io.Reader
	stdout io.Writer // where the output goes instead of being returned; may be nil
	argv   []string
}

// run returns what the program printed on its standard output. The error holds the end of what it printed.
func (r *runner) run(ctx context.Context, c command) ([]byte, error) {
	process := exec.CommandContext(ctx, c.argv[0], c.argv[1:]...)
	process.Dir, process.Stdin = c.dir, c.stdin
	process.Env = append(os.Environ(), c.env...)
	// A program must not go on writing into a step's folder after this process was killed: the next build takes it away.
	process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	process.Cancel = func() error {
		if err := syscall.Kill(-process.Process.Pid, syscall.SIGKILL); !errors.Is(err, syscall.ESRCH) {
			return err
		}
		return os.ErrProcessDone
	}
	process.WaitDelay = killDelay
	var stdout, stderr bytes.Buffer
	process.Stdout, process.Stderr = &stdout, io.MultiWriter(&stderr, &locked{r})
	if c.stdout != nil {
		process.Stdout = c.stdout
	}
	r.note("$ " + strings.Join(c.argv, " ") + "\n")
	began := time.Now()
	err := process.Run()
	r.note(fmt.Sprintf("# %s: %v after %s\n", c.argv[0], process.ProcessState, time.Since(began).Round(time.Millisecond)))
	if ctx.Err() != nil {
		return nil, fmt.Errorf("%s: %w", c.argv[0], ctx.Err())
	}
	if err != nil {
		return stdout.Bytes(), &programError{argv: c.argv, err: err, tail: tail(stderr.String() + stdout.String()), log: r.logPath}
	}
	return stdout.Bytes(), nil
}

func (r *runner) note(line string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	_, err := io.WriteString(r.log, line)
	if err != nil {
		r.log = io.Discard // a full disk fails the step itself; the log must not hide that error behind its own
	}
}

// locked lets two programs that run at once write to the log line by line.
type locked struct{ r *runner }

func (l *locked) Write(p []byte) (int, error) {
	l.r.note(string(p))
	return len(p), nil
}

// programError is a program that ended with a failure.
type programError struct {
	argv []string
	err  error
	tail string
	log  string
}

func (e *programError) Error() string {
	said := fmt.Sprintf("%s: %v", strings.Join(e.argv[:min(len(e.argv), 3)], " "), e.err)
	if e.tail != "" {
		said += ": " + e.tail
	}
	if e.log != "" {
		said += " (all of it in " + e.log + ")"
	}
	return said
}

func (e *programError) Unwrap() error { return e.err }

func tail(output string) string {
	lines := strings.Split(strings.TrimSpace(output), "\n")
	return strings.Join(lines[max(0, len(lines)-tailLines):], "\n")
}
