package engine

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
	"time"
)

// stopBudget is what a daemon gets to stop its containers and itself; Docker gives each container 15 s.
const stopBudget = 2 * time.Minute

// Stop ends the daemon Ensure started, in this run or an earlier one, lowers the kernel settings it raised,
// gives the network back as it was and empties the state directory. Any other daemon is left alone, and stopped is then false. The list of installed
// packages stays, for Packages: nothing else remembers it.
func Stop(ctx context.Context, o Options) (stopped bool, err error) {
	o = o.withDefaults()
	if _, err := os.Stat(o.StateDir); errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return newProvider(o, Host{}).stop(ctx)
}

func (p *provider) stop(ctx context.Context) (stopped bool, err error) {
	unlock, err := p.state.lock(ctx)
	if err != nil {
		return false, err
	}
	defer unlock()
	ours, alive, err := p.recorded()
	if err != nil {
		return false, err
	}
	if alive {
		if err := p.end(ctx, ours); err != nil {
			return false, err
		}
		p.say("engine: stopped the Docker daemon csicert had started (process %d)", ours.PID)
	}
	boot, err := bootID(p.root)
	if err != nil {
		return alive, err
	}
	if err := p.state.lower(p.root, boot); err != nil {
		return alive, err
	}
	if !listening(ctx, p.socket()) { // another's daemon uses what ours left
		if err := p.restoreNetwork(ctx, boot); err != nil {
			return alive, err
		}
	}
	for _, name := range []string{daemonFile, networkFile, sysctlFile, logFile, binDir} {
		if err := os.RemoveAll(p.state.path(name)); err != nil {
			return alive, fmt.Errorf("emptying the state directory: %w", err)
		}
	}
	return alive, nil
}

// Packages returns, sorted, the names of the Debian packages that Ensure brought to this machine, in any run.
func Packages(o Options) ([]string, error) {
	var names []string
	err := state{dir: o.withDefaults().StateDir}.load(packagesFile, &names)
	return names, err
}

// end asks a daemon to stop and returns when that very process is gone.
func (p *provider) end(ctx context.Context, ours daemon) error {
	budget, cancel := context.WithTimeoutCause(ctx, stopBudget, fmt.Errorf("still running after %s", stopBudget))
	defer cancel()
	if ours.Unit != "" {
		if _, err := output(budget, "systemctl", "stop", ours.Unit, "docker.socket"); err != nil {
			return fmt.Errorf("stopping %s: %w", ours.Unit, err)
		}
	} else if err := syscall.Kill(ours.PID, syscall.SIGTERM); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("stopping dockerd, process %d: %w", ours.PID, err)
	}
	look := time.NewTicker(lookInterval)
	defer look.Stop()
	for {
		alive, err := ours.alive(p.root)
		if err != nil || !alive {
			return err
		}
		select {
		case <-budget.Done():
			return fmt.Errorf("stopping dockerd, process %d: %w", ours.PID, context.Cause(budget))
		case <-look.C:
		}
	}
}
