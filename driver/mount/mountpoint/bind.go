package mountpoint

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/moby/sys/mountinfo"
	"golang.org/x/sys/unix"
)

// undoLimit bounds the removal of a bind that came too late.
const undoLimit = 30 * time.Second

// Bind shows the folder source at the folder target, with the flags that its
// own mount has and the given ones. When the context ends first nothing
// stays mounted.
func Bind(ctx context.Context, source, target string, flags Flags) error {
	holder, err := Holding(source)
	if err != nil {
		return fmt.Errorf("binding %s: %w", source, err)
	}
	flags = flags.And(FlagsOf(holder))
	done := make(chan error, 1)
	go func() { done <- bind(source, target, flags) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		go func() {
			if <-done == nil {
				undo, cancel := context.WithTimeout(context.WithoutCancel(ctx), undoLimit)
				defer cancel()
				_ = Unmount(undo, target) // nobody is left to be told
			}
		}()
		return fmt.Errorf("binding %s to %s: %w", source, target, context.Cause(ctx))
	}
}

// bind gives the mount its flags before it stands at target: what is set later holds in this mount namespace alone, and
// the node, to which the mount is propagated from a plugin's pod, would go without.
func bind(source, target string, flags Flags) error {
	tree, err := unix.OpenTree(unix.AT_FDCWD, source, unix.OPEN_TREE_CLONE|unix.OPEN_TREE_CLOEXEC)
	if errors.Is(err, unix.ENOSYS) {
		return bindThenReflag(source, target, flags)
	}
	if err != nil {
		return fmt.Errorf("binding %s to %s: %w", source, target, err)
	}
	defer unix.Close(tree)
	set, clear := flags.attributes()
	if err := unix.MountSetattr(tree, "", unix.AT_EMPTY_PATH, &unix.MountAttr{Attr_set: set, Attr_clr: clear}); err != nil {
		if errors.Is(err, unix.ENOSYS) {
			return bindThenReflag(source, target, flags)
		}
		return fmt.Errorf("setting the flags of %s for %s: %w", source, target, err)
	}
	if err := unix.MoveMount(tree, "", unix.AT_FDCWD, target, unix.MOVE_MOUNT_F_EMPTY_PATH); err != nil {
		return fmt.Errorf("binding %s to %s: %w", source, target, err)
	}
	return nil
}

// bindThenReflag is for kernels before 5.12, which ignore flags in the first call.
func bindThenReflag(source, target string, flags Flags) error {
	if err := unix.Mount(source, target, "", unix.MS_BIND, ""); err != nil {
		return fmt.Errorf("binding %s to %s: %w", source, target, err)
	}
	if err := Reflag(target, flags); err != nil {
		return errors.Join(err, unix.Unmount(target, unix.MNT_DETACH|unix.UMOUNT_NOFOLLOW))
	}
	return nil
}

// Reflag sets the flags of the mount at target, in this mount namespace; those not given are cleared.
func Reflag(target string, flags Flags) error {
	if err := unix.Mount("", target, "", unix.MS_BIND|unix.MS_REMOUNT|flags.Bits(), ""); err != nil {
		return fmt.Errorf("setting the flags of the mount %s: %w", target, err)
	}
	return nil
}

// calls are the flags that are set, as the two calls take them.
func (f Flags) calls() (mount uintptr, attributes uint64) {
	for _, flag := range []struct {
		set       bool
		mount     uintptr
		attribute uint64
	}{
		{f.ReadOnly, unix.MS_RDONLY, unix.MOUNT_ATTR_RDONLY},
		{f.NoSUID, unix.MS_NOSUID, unix.MOUNT_ATTR_NOSUID},
		{f.NoDev, unix.MS_NODEV, unix.MOUNT_ATTR_NODEV},
		{f.NoExec, unix.MS_NOEXEC, unix.MOUNT_ATTR_NOEXEC},
		{f.NoATime, unix.MS_NOATIME, unix.MOUNT_ATTR_NOATIME},
	} {
		if flag.set {
			mount |= flag.mount
			attributes |= flag.attribute
		}
	}
	return mount, attributes
}

// Bits gives the flags as mount(2) takes them.
func (f Flags) Bits() uintptr {
	bits, _ := f.calls()
	return bits
}

// attributes gives the flags as mount_setattr(2) takes them: times are of several values, of which the old has to go.
func (f Flags) attributes() (set, clear uint64) {
	_, set = f.calls()
	if f.NoATime {
		clear = unix.MOUNT_ATTR__ATIME
	}
	return set, clear
}

// Shows says whether the mount at target shows the folder source.
func Shows(target *mountinfo.Info, source string) (bool, error) {
	holder, err := Holding(source)
	if err != nil {
		return false, err
	}
	resolved, err := Resolve(source)
	if err != nil {
		return false, err
	}
	rest, err := filepath.Rel(holder.Mountpoint, resolved)
	if err != nil {
		return false, fmt.Errorf("finding %s on its mount: %w", source, err)
	}
	same := target.Major == holder.Major && target.Minor == holder.Minor
	return same && target.Root == filepath.Join(holder.Root, rest), nil
}
