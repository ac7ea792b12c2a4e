package agent

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"golang.org/x/sys/unix"

	"csicert/framework/payload"
)

func (r Mkdir) run(_ context.Context, _ io.Reader, _ io.Writer) error {
	if err := local(r.Name); err != nil {
		return err
	}
	root, err := os.OpenRoot(r.Under)
	if err != nil {
		return fmt.Errorf("making %q: %w", r.Name, err)
	}
	defer root.Close()
	name := filepath.Clean(r.Name)
	if err := mkdir(root, name, r.Mode); err != nil {
		return fmt.Errorf("making %q under %q: %w", name, r.Under, err)
	}
	return nil
}

func mkdir(root *os.Root, name string, mode payload.Mode) error {
	parent := filepath.Dir(name)
	if err := root.MkdirAll(parent, 0o755); err != nil {
		return err
	}
	if err := root.Mkdir(name, 0o700); err != nil {
		return err
	}
	d, err := root.Open(name)
	if err != nil {
		return err
	}
	defer d.Close()
	if err := unix.Fchmod(int(d.Fd()), uint32(mode)); err != nil {
		return fmt.Errorf("chmod to %v: %w", mode, err)
	}
	return d.Sync()
}

func (r List) run(_ context.Context, _ io.Reader, stdout io.Writer) error {
	entries, err := os.ReadDir(r.Under)
	if err != nil {
		return fmt.Errorf("listing: %w", err)
	}
	names := Names{Names: []payload.Path{}}
	for _, e := range entries {
		names.Names = append(names.Names, payload.Path(e.Name()))
	}
	return answer(stdout, names)
}

func (r Rmtree) run(ctx context.Context, _ io.Reader, _ io.Writer) error {
	if err := local(r.Name); err != nil {
		return err
	}
	name := filepath.Clean(r.Name)
	root, err := os.Open(r.Under)
	if err != nil {
		return fmt.Errorf("removing %q: %w", name, err)
	}
	defer root.Close()
	err = func() error {
		parent, err := enter(root, filepath.Dir(name))
		if err != nil {
			return err
		}
		defer parent.Close()
		return remove(ctx, parent, filepath.Base(name))
	}()
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("removing %q under %q: %w", name, r.Under, err)
	}
	return nil
}

// enter opens a directory below d. The kernel refuses any path that leaves d, passes a symlink or a mount point.
func enter(d *os.File, name string) (*os.File, error) {
	how := unix.OpenHow{
		Flags:   unix.O_RDONLY | unix.O_DIRECTORY | unix.O_NOFOLLOW | unix.O_CLOEXEC,
		Resolve: unix.RESOLVE_BENEATH | unix.RESOLVE_NO_SYMLINKS | unix.RESOLVE_NO_XDEV,
	}
	for {
		fd, err := unix.Openat2(int(d.Fd()), name, &how)
		switch {
		case err == nil:
			return os.NewFile(uintptr(fd), filepath.Join(d.Name(), name)), nil
		case errors.Is(err, unix.EXDEV):
			return nil, fmt.Errorf("%q is a mount point or leads outside: %w", name, err)
		case !errors.Is(err, unix.EINTR):
			return nil, &fs.PathError{Op: "openat2", Path: name, Err: err}
		}
	}
}

// remove unlinks name in d; a directory after all that is in it.
func remove(ctx context.Context, d *os.File, name string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	err := unix.Unlinkat(int(d.Fd()), name, 0)
	if !errors.Is(err, unix.EISDIR) {
		return wrap(name, err)
	}
	sub, err := enter(d, name)
	if err != nil {
		return err
	}
	defer sub.Close()
	names, err := sub.Readdirnames(-1)
	if err != nil {
		return err
	}
	slices.Sort(names)
	for _, inside := range names {
		// Another that removes the same tree is not in the way.
		if err := remove(ctx, sub, inside); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return wrap(name, unix.Unlinkat(int(d.Fd()), name, unix.AT_REMOVEDIR))
}

func wrap(name string, err error) error {
	if err == nil {
		return nil
	}
	return &fs.PathError{Op: "unlinkat", Path: name, Err: err}
}
