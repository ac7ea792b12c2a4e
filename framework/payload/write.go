package payload

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// Write makes the tree below root, a directory that exists, and returns when all of it is on the volume (fsync). It
// resolves names below root only. When root already has a name that the tree begins with it writes nothing and the
// error is fs.ErrExist; on any other error a part of the tree may be there. It gets on where the storage says of what
// Write itself made that it exists, see [node.made].
func (t Tree) Write(ctx context.Context, root string) error {
	if err := t.check(); err != nil {
		return err
	}
	r, err := os.OpenRoot(root)
	if err != nil {
		return fmt.Errorf("writing tree %s: %w", t, err)
	}
	defer r.Close()
	nodes := t.nodes()
	for _, n := range nodes {
		if strings.Contains(n.path, "/") {
			continue
		}
		if _, err := r.Lstat(n.path); !errors.Is(err, fs.ErrNotExist) {
			if err == nil {
				err = fs.ErrExist
			}
			return fmt.Errorf("writing tree %s into %q: %q: %w", t, root, n.path, err)
		}
	}
	c, err := openChain(root)
	if err != nil {
		return fmt.Errorf("writing tree %s: %w", t, err)
	}
	defer c.close()
	for _, n := range nodes {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("writing tree %s: %w", t, err)
		}
		if err := n.make(ctx, t, r, c); err != nil {
			return fmt.Errorf("writing %q of tree %s: %w", n.path, t, err)
		}
	}
	// A directory's time is its own only when nothing more is made in it; the deepest come first.
	for _, n := range slices.Backward(nodes) {
		if n.kind == Dir {
			if err := n.finish(t, c); err != nil {
				return fmt.Errorf("finishing %q of tree %s: %w", n.path, t, err)
			}
		}
	}
	return syncDir(r, ".")
}

// make creates the entry in its parent. It names it relative to the open parent, so that paths never pass a symlink.
func (n *node) make(ctx context.Context, t Tree, r *os.Root, c *chain) error {
	if n.linkTo != "" {
		return n.made(r.Link(n.linkTo, n.path), r)
	}
	parent, err := c.in(path.Dir(n.path))
	if err != nil {
		return err
	}
	at, base := int(parent.Fd()), path.Base(n.path)
	switch n.kind {
	case File:
		return n.makeFile(ctx, t, parent)
	case Dir:
		err = unix.Mkdirat(at, base, 0o700)
	case Symlink:
		err = unix.Symlinkat(n.target, at, base)
	case Fifo:
		err = unix.Mkfifoat(at, base, 0o600)
	default:
		err = fmt.Errorf("no way to make a %s", n.kind)
	}
	if err := n.made(err, r); err != nil {
		return err
	}
	if n.uid != keep || n.gid != keep {
		if err := unix.Fchownat(at, base, n.uid, n.gid, unix.AT_SYMLINK_NOFOLLOW); err != nil {
			return fmt.Errorf("chown to %d:%d: %w", n.uid, n.gid, err)
		}
	}
	if n.kind != Symlink {
		// The entry was made by mkdir(2) or mkfifo(2) just now: it is no symlink.
		if err := unix.Fchmodat(at, base, uint32(n.mode), 0); err != nil {
			return fmt.Errorf("chmod to %v: %w", n.mode, err)
		}
	}
	if n.kind == Dir {
		return nil // its time is set when all of it is made
	}
	return touch(at, base, n.mtime(t))
}

// made forgives that the entry exists where it is what was to be made. Write has seen that the tree was not there, so
// it is its own: a file server that was killed between doing something and saying so is asked again, and where it keeps
// no record it says "exists". An NFSv3 server keeps one for O_EXCL alone (RFC 1813, 3.3.8), and can die before it has.
func (n *node) made(err error, r *os.Root) error {
	if errors.Is(err, fs.ErrExist) && n.isThere(r) {
		return nil
	}
	return err
}

func (n *node) isThere(r *os.Root) bool {
	found, err := r.Lstat(n.path)
	if err != nil {
		return false
	}
	if n.linkTo != "" {
		first, err := r.Lstat(n.linkTo)
		return err == nil && os.SameFile(first, found)
	}
	switch n.kind {
	case Dir:
		return found.IsDir()
	case Fifo:
		return found.Mode().Type() == fs.ModeNamedPipe
	case Symlink:
		target, err := r.Readlink(n.path)
		return err == nil && target == n.target
	}
	return false
}

// makeFile opens without O_EXCL, see [node.made].
func (n *node) makeFile(ctx context.Context, t Tree, parent *os.File) error {
	f, err := openIn(parent, path.Base(n.path), os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := n.write(ctx, t, f); err != nil {
		return err
	}
	if !n.dense() {
		if err := f.Truncate(n.size); err != nil {
			return err
		}
	}
	if err := n.dress(f); err != nil {
		return err
	}
	if err := touch(int(parent.Fd()), path.Base(n.path), n.mtime(t)); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	return f.Close()
}

// dress sets a file's owner and mode, in this order: chown(2) clears setuid.
func (n *node) dress(f *os.File) error {
	if n.uid != keep || n.gid != keep {
		if err := f.Chown(n.uid, n.gid); err != nil {
			return err
		}
	}
	if err := unix.Fchmod(int(f.Fd()), uint32(n.mode)); err != nil {
		return fmt.Errorf("chmod to %v: %w", n.mode, err)
	}
	return nil
}

func touch(at int, base string, when time.Time) error {
	ts := unix.NsecToTimespec(when.UnixNano())
	if err := unix.UtimesNanoAt(at, base, []unix.Timespec{ts, ts}, unix.AT_SYMLINK_NOFOLLOW); err != nil {
		return fmt.Errorf("setting its time: %w", err)
	}
	return nil
}

// finish gives a directory its time again and puts its names on the volume.
func (n *node) finish(t Tree, c *chain) error {
	dir, err := c.in(n.path)
	if err != nil {
		return err
	}
	if err := touch(int(c.parent().Fd()), path.Base(n.path), n.mtime(t)); err != nil {
		return err
	}
	if err := dir.Sync(); err != nil {
		return fmt.Errorf("putting the names in %q on the volume: %w", n.path, err)
	}
	return nil
}

func syncDir(r *os.Root, name string) error {
	d, err := r.Open(name)
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Sync(); err != nil {
		return fmt.Errorf("putting the names in %q on the volume: %w", name, err)
	}
	return d.Close()
}
