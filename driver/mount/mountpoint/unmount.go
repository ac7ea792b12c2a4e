package mountpoint

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/moby/sys/mountinfo"
	"golang.org/x/sys/unix"
)

const (
	stepLimit  = 3 * time.Second // of one system call
	busyTries  = 5
	busyPause  = 100 * time.Millisecond
	deepestTry = 32 // mounts over one another
)

// Unmount removes whatever is mounted at the path, also where it is busy or
// hangs: then, where no other mount shows the same file system, its
// connection is aborted, which frees the processes that wait on it, and the
// mount is detached. Nothing mounted there is no error.
func Unmount(ctx context.Context, path string) error {
	for range deepestTry {
		m, err := At(path)
		if err != nil {
			return fmt.Errorf("unmounting %s: %w", path, err)
		}
		if m == nil {
			return nil
		}
		if err := remove(ctx, m); err != nil {
			return fmt.Errorf("unmounting %s: %w", path, err)
		}
	}
	return fmt.Errorf("unmounting %s: more than %d mounts over one another", path, deepestTry)
}

// remove takes one mount away.
func remove(ctx context.Context, m *mountinfo.Info) error {
	err := gently(ctx, m.Mountpoint)
	if err == nil || errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOENT) {
		return nil // EINVAL: another took it away meanwhile
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	shared, lookErr := shown(m)
	if lookErr != nil {
		return lookErr
	}
	if network(m) && !shared {
		// MNT_FORCE aborts a FUSE connection and ends a kernel NFS client's
		// requests, even where it then says that the mount is busy.
		_ = within(ctx, stepLimit, func() error {
			return unix.Unmount(m.Mountpoint, unix.MNT_FORCE|unix.UMOUNT_NOFOLLOW)
		})
	}
	err = within(ctx, stepLimit, func() error {
		return unix.Unmount(m.Mountpoint, unix.MNT_DETACH|unix.UMOUNT_NOFOLLOW)
	})
	if errors.Is(err, unix.EINVAL) {
		return nil
	}
	return err
}

// gently unmounts without force, and waits a moment for what is just closing.
func gently(ctx context.Context, path string) error {
	for try := 1; ; try++ {
		err := within(ctx, stepLimit, func() error { return unix.Unmount(path, unix.UMOUNT_NOFOLLOW) })
		if !errors.Is(err, unix.EBUSY) || try == busyTries {
			return err
		}
		select {
		case <-time.After(busyPause):
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// shown says whether another mount shows the same file system.
func shown(m *mountinfo.Info) (bool, error) {
	same, err := mountinfo.GetMounts(func(other *mountinfo.Info) (skip, stop bool) {
		return other.ID == m.ID || other.Major != m.Major || other.Minor != m.Minor, false
	})
	if err != nil {
		return false, fmt.Errorf("reading the mounts: %w", err)
	}
	return len(same) > 0, nil
}

// network says that a mount's file system is served by somebody who may hang.
func network(m *mountinfo.Info) bool {
	return strings.HasPrefix(m.FSType, "fuse") || strings.HasPrefix(m.FSType, "nfs")
}
