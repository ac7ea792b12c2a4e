package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// What the state directory holds beside the daemon's log and the built runtime wrapper.
const (
	daemonFile   = "daemon.json"
	sysctlFile   = "sysctl.json"
	networkFile  = "network.json"
	packagesFile = "packages.json"
	logFile      = "dockerd.log"
	lockFile     = "lock"
	binDir       = "bin"
)

// state is the directory in which csicert remembers, between runs, what it did to the machine.
type state struct{ dir string }

func (s state) path(name string) string { return filepath.Join(s.dir, name) }

// load leaves into as it was where nothing is recorded.
func (s state) load(name string, into any) error {
	data, err := os.ReadFile(s.path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("reading a record: %w", err)
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("reading the record %s: %w", s.path(name), err)
	}
	return nil
}

// save replaces a record whole, so that a run cut short leaves the old one or the new one.
func (s state) save(name string, value any) error {
	data, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return fmt.Errorf("recording %s: %w", name, err)
	}
	next := s.path(name + ".next")
	if err := os.WriteFile(next, append(data, '\n'), 0o600); err != nil {
		return fmt.Errorf("recording %s: %w", name, err)
	}
	if err := os.Rename(next, s.path(name)); err != nil {
		return fmt.Errorf("recording %s: %w", name, err)
	}
	return nil
}

// lock makes the directory and keeps every other run out of it until the returned function is called.
func (s state) lock(ctx context.Context) (func(), error) {
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return nil, fmt.Errorf("making the engine's state directory: %w", err)
	}
	file, err := os.OpenFile(s.path(lockFile), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("locking %s: %w", s.dir, err)
	}
	held := make(chan error, 1)
	go func() { held <- syscall.Flock(int(file.Fd()), syscall.LOCK_EX) }()
	select {
	case err := <-held:
		if err != nil {
			file.Close()
			return nil, fmt.Errorf("locking %s: %w", s.dir, err)
		}
		return func() { file.Close() }, nil
	case <-ctx.Done():
		// The lock cannot be waited for with a context: whoever gets it late gives it back.
		go func() {
			<-held
			file.Close()
		}()
		return nil, fmt.Errorf("waiting for another run to leave %s: %w", s.dir, ctx.Err())
	}
}
