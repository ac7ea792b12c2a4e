// Package mountpoint looks at, binds and removes mounts of any kind without
// ever waiting for a server that does not answer. A call into a mounted file
// system may hang for as long as its server does, so each one is made beside
// the caller, who leaves when a limit or the context ends.
package mountpoint

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"time"

	"github.com/moby/sys/mountinfo"
)

// Flags are what a single mount can be told about its use.
type Flags struct {
	ReadOnly, NoSUID, NoDev, NoExec, NoATime bool
}

// Resolve makes a path absolute and follows symbolic links on the way to it,
// but does not touch what is at its end, which may hang.
func Resolve(path string) (string, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return "", fmt.Errorf("making %s absolute: %w", path, err)
	}
	if absolute == "/" {
		return absolute, nil
	}
	parent, err := filepath.EvalSymlinks(filepath.Dir(absolute))
	if err != nil {
		return "", fmt.Errorf("following %s: %w", path, err)
	}
	return filepath.Join(parent, filepath.Base(absolute)), nil
}

// At returns the uppermost mount at the path, nil where there is none. Its
// Mountpoint is the resolved path.
func At(path string) (*mountinfo.Info, error) {
	resolved, err := Resolve(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	stacked, err := mountinfo.GetMounts(func(m *mountinfo.Info) (skip, stop bool) { return m.Mountpoint != resolved, false })
	if err != nil {
		return nil, fmt.Errorf("reading the mounts: %w", err)
	}
	return uppermost(stacked), nil
}

// uppermost finds the mount that no other one of the stack is mounted on.
func uppermost(stacked []*mountinfo.Info) *mountinfo.Info {
	covered := map[int]bool{}
	for _, m := range stacked {
		covered[m.Parent] = true
	}
	for _, m := range stacked {
		if !covered[m.ID] {
			return m
		}
	}
	return nil
}

// Holding returns the mount that the path lies on.
func Holding(path string) (*mountinfo.Info, error) {
	resolved, err := Resolve(path)
	if err != nil {
		return nil, err
	}
	mounts, err := mountinfo.GetMounts(func(m *mountinfo.Info) (skip, stop bool) {
		below := m.Mountpoint == "/" || m.Mountpoint == resolved || strings.HasPrefix(resolved, m.Mountpoint+"/")
		return !below, false
	})
	if err != nil {
		return nil, fmt.Errorf("reading the mounts: %w", err)
	}
	var best *mountinfo.Info
	for _, m := range mounts {
		if best == nil || len(m.Mountpoint) >= len(best.Mountpoint) {
			best = m
		}
	}
	if best == nil {
		return nil, fmt.Errorf("no mount holds %s", resolved)
	}
	return best, nil
}

// FlagsOf reads the flags of one mount.
func FlagsOf(m *mountinfo.Info) Flags {
	var f Flags
	for option := range strings.SplitSeq(m.Options, ",") {
		switch option {
		case "ro":
			f.ReadOnly = true
		case "nosuid":
			f.NoSUID = true
		case "nodev":
			f.NoDev = true
		case "noexec":
			f.NoExec = true
		case "noatime":
			f.NoATime = true
		}
	}
	return f
}

// And gives the flags that either asks for.
func (f Flags) And(other Flags) Flags {
	return Flags{
		ReadOnly: f.ReadOnly || other.ReadOnly,
		NoSUID:   f.NoSUID || other.NoSUID,
		NoDev:    f.NoDev || other.NoDev,
		NoExec:   f.NoExec || other.NoExec,
		NoATime:  f.NoATime || other.NoATime,
	}
}

// ErrHangs says that a file system did not answer within the limit.
var ErrHangs = errors.New("the file system does not answer")

// within runs a call that may hang and leaves it behind when the limit or
// the context ends first; the error is ErrHangs or the context's cause then.
func within(ctx context.Context, limit time.Duration, call func() error) error {
	done := make(chan error, 1)
	go func() { done <- call() }()
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case err := <-done:
		return err
	case <-timer.C:
		return fmt.Errorf("%w within %v", ErrHangs, limit)
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
