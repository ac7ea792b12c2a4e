package nodeimage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

const (
	privateDir  = 0o700
	privateFile = 0o600
	// lockPoll is how often a build asks whether another one has let go of the cache: flock tells nobody.
	lockPoll = 500 * time.Millisecond
)

// cache keeps the finished steps.
type cache struct{ dir string }

func (c cache) steps() string                { return filepath.Join(c.dir, "steps") }
func (c cache) temporary() string            { return filepath.Join(c.dir, "unfinished") }
func (c cache) logFile() string              { return filepath.Join(c.dir, "build.log") }
func (c cache) step(name, key string) string { return filepath.Join(c.steps(), name+"-"+key) }

func (c cache) lockFile() string { return filepath.Join(c.dir, "lock") }

// open makes the folders.
func (c cache) open() error {
	for _, dir := range []string{c.dir, c.steps(), c.temporary()} {
		if err := os.MkdirAll(dir, privateDir); err != nil {
			return fmt.Errorf("making the image cache: %w", err)
		}
	}
	return nil
}

// lock waits for any other build to end, then takes away what an interrupted one left. The returned function lets go.
func (c cache) lock(ctx context.Context, out io.Writer) (func() error, error) {
	ticker := time.NewTicker(lockPoll)
	defer ticker.Stop()
	for told := false; ; told = true {
		file, err := c.tryLock()
		if err != nil {
			return nil, fmt.Errorf("locking the image cache: %w", err)
		}
		if file != nil {
			if err := c.sweep(); err != nil {
				return nil, errors.Join(err, file.Close())
			}
			return file.Close, nil
		}
		if !told {
			fmt.Fprintf(out, "node image: another build uses %s, waiting for it\n", c.dir)
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("waiting for another build: %w", ctx.Err())
		case <-ticker.C:
		}
	}
}

// tryLock returns nil when another process has the lock. Remove deletes the lock's file while it holds it, so that a
// lock counts only if the file is still the one by that name.
func (c cache) tryLock() (*os.File, error) {
	if err := c.open(); err != nil {
		return nil, err
	}
	file, err := os.OpenFile(c.lockFile(), os.O_CREATE|os.O_RDWR, privateFile)
	if err != nil {
		return nil, err
	}
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, file.Close()
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	held, err := file.Stat()
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	if named, err := os.Stat(c.lockFile()); err != nil || !os.SameFile(held, named) {
		return nil, file.Close()
	}
	return file, nil
}

func (c cache) sweep() error {
	left, err := os.ReadDir(c.temporary())
	if err != nil {
		return fmt.Errorf("looking for interrupted steps: %w", err)
	}
	for _, entry := range left {
		if err := os.RemoveAll(filepath.Join(c.temporary(), entry.Name())); err != nil {
			return fmt.Errorf("taking away an interrupted step: %w", err)
		}
	}
	return nil
}

// make returns the folder of a finished step and whether it was there already. The work is done in a folder that is
// renamed when it is complete; older results of the same step are then taken away.
func (c cache) make(name, key string, work func(dir string) error) (dir string, kept bool, err error) {
	dir = c.step(name, key)
	if _, err := os.Stat(dir); err == nil {
		return dir, true, nil
	}
	temp, err := os.MkdirTemp(c.temporary(), name+"-*")
	if err != nil {
		return "", false, fmt.Errorf("making room for %s: %w", name, err)
	}
	if err := work(temp); err != nil {
		return "", false, errors.Join(err, os.RemoveAll(temp))
	}
	if err := os.Rename(temp, dir); err != nil {
		return "", false, errors.Join(fmt.Errorf("keeping %s: %w", name, err), os.RemoveAll(temp))
	}
	return dir, false, c.forget(name, key)
}

// forget removes the results that other inputs of the same step left.
func (c cache) forget(name, key string) error {
	old, err := filepath.Glob(c.step(name, strings.Repeat("?", keyLength)))
	if err != nil {
		return err
	}
	for _, dir := range old {
		if dir == c.step(name, key) {
			continue
		}
		if err := os.RemoveAll(dir); err != nil {
			return fmt.Errorf("taking away an old %s: %w", name, err)
		}
	}
	return nil
}
