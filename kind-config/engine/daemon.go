package engine

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// startBudget is what a daemon gets from its start to its first answer; a busy two-core machine took 9 s.
const startBudget = 2 * time.Minute

// lookInterval is how often a daemon about to answer, or to end, is looked at.
const lookInterval = 100 * time.Millisecond

// dockerUnit is the service systemd runs a packaged dockerd as.
const dockerUnit = "docker.service"

// defaultRunDir holds dockerd's own process id file, which keeps another one from being started beside ours.
const defaultRunDir = "/var/run"

// daemon is the record of what csicert started.
type daemon struct {
	identity
	Unit        string // the systemd unit it was started through, empty when run directly
	Adaptations []Adaptation
}

// start runs dockerd and returns when its API answers; the daemon outlives this process and its terminal.
func (p *provider) start(ctx context.Context, dockerd string, flags []string, done []Adaptation) error {
	if p.systemd {
		return p.startUnit(ctx, done)
	}
	if err := p.clearStale(); err != nil {
		return err
	}
	log, err := os.OpenFile(p.state.path(logFile), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("opening the daemon's log: %w", err)
	}
	defer log.Close()
	command := exec.Command(dockerd, flags...)
	command.Dir = "/"
	command.Env = append(os.Environ(), "PATH="+strings.Join(append([]string{os.Getenv("PATH")}, systemDirs()...), ":"))
	command.Stdout, command.Stderr = log, log
	command.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := command.Start(); err != nil {
		return fmt.Errorf("starting %s: %w", dockerd, err)
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	started, found, err := identify(p.root, command.Process.Pid)
	if err != nil {
		return err
	}
	if found {
		if err := p.state.save(daemonFile, daemon{identity: started, Adaptations: done}); err != nil {
			return err
		}
	}
	return p.await(ctx, started, ended)
}

// startUnit leaves the daemon to systemd.
func (p *provider) startUnit(ctx context.Context, done []Adaptation) error {
	if _, err := output(ctx, "systemctl", "start", dockerUnit); err != nil {
		return fmt.Errorf("starting %s: %w", dockerUnit, err)
	}
	main, err := output(ctx, "systemctl", "show", "--property=MainPID", "--value", dockerUnit)
	if err != nil {
		return fmt.Errorf("asking for the process of %s: %w", dockerUnit, err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(main))
	if err != nil {
		return fmt.Errorf("the process id of %s: %w", dockerUnit, err)
	}
	started, found, err := identify(p.root, pid)
	if err != nil {
		return err
	}
	if !found {
		return fmt.Errorf("%s ended after its start: see journalctl -u %s", dockerUnit, dockerUnit)
	}
	if err := p.state.save(daemonFile, daemon{identity: started, Unit: dockerUnit, Adaptations: done}); err != nil {
		return err
	}
	return p.await(ctx, started, nil)
}

// await returns when the daemon answers, has ended, or used up its budget. Of a child, ended tells how it did; of
// any other process, for which ended is nil, only that it is gone can be seen.
func (p *provider) await(ctx context.Context, started identity, ended <-chan error) error {
	budget, cancel := context.WithTimeoutCause(ctx, startBudget, fmt.Errorf("no answer within %s", startBudget))
	defer cancel()
	look := time.NewTicker(lookInterval)
	defer look.Stop()
	for {
		select {
		case err := <-ended:
			if err == nil {
				err = errors.New("exit status 0")
			}
			return fmt.Errorf("dockerd ended before it answered: %w: %s", err, p.logTail())
		case <-budget.Done():
			return fmt.Errorf("waiting for dockerd: %w: %s", context.Cause(budget), p.logTail())
		case <-look.C:
			if listening(budget, p.socket()) {
				return nil
			}
			if ended != nil {
				continue
			}
			if alive, err := started.alive(p.root); err != nil || !alive {
				return errors.Join(err, fmt.Errorf("dockerd, process %d, ended before it answered: %s", started.PID, p.logTail()))
			}
		}
	}
}

func (p *provider) socket() string { return filepath.Join(p.runDir, "docker.sock") }

func (p *provider) logTail() string {
	text, err := os.ReadFile(p.state.path(logFile))
	if err != nil {
		return "its log: " + err.Error()
	}
	return fmt.Sprintf("the end of %s: %s", p.state.path(logFile), lastLines(string(text), 5))
}

// clearStale removes the process id files of daemons that did not end in order, whose numbers may since belong to
// others: dockerd would take those for itself and its containerd, and refuse to start or wait for ever.
func (p *provider) clearStale() error {
	for _, left := range []struct{ file, command string }{
		{"docker.pid", "dockerd"},
		{"docker/containerd/containerd.pid", "containerd"},
	} {
		file, command := filepath.Join(p.runDir, left.file), left.command
		text, err := os.ReadFile(file)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return fmt.Errorf("looking for a daemon that ended: %w", err)
		}
		if pid, err := strconv.Atoi(strings.TrimSpace(string(text))); err == nil {
			alive, err := running(p.root, pid, command)
			if err != nil {
				return err
			}
			if alive && command == "dockerd" {
				return fmt.Errorf("dockerd runs as process %d (%s) and does not answer at %s: stop it, or start it so that it does",
					pid, file, p.socket())
			}
			if alive {
				continue
			}
		}
		if err := os.Remove(file); err != nil {
			return fmt.Errorf("removing a stale %s: %w", filepath.Base(file), err)
		}
		p.say("engine: removed %s, left by a daemon that is gone", file)
	}
	return nil
}
