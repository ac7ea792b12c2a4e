package payload

import (
	"context"
	"fmt"
	"io"
	"os"
	"path"
)

// Mutate changes a tree that [Tree.Write] made below root, in ways that depend on the tree alone: in its directory
// "plain" one file each is overwritten in place, appended to, truncated, deleted, made, given another mode and
// renamed. It returns when the changes are on the volume. Changed files bear the time of the change. A tree can be
// mutated once; the second time fails, because what is to be deleted is not there.
func (t Tree) Mutate(ctx context.Context, root string) error {
	if err := t.check(); err != nil {
		return err
	}
	r, err := os.OpenRoot(root)
	if err != nil {
		return fmt.Errorf("mutating tree %s: %w", t, err)
	}
	defer r.Close()
	in := func(name string) string { return path.Join(t.String(), "plain", name) }
	steps := []struct {
		what string
		do   func() error
	}{
		{"deleting", func() error { return r.Remove(in("delete")) }},
		{"overwriting", func() error { return t.change(r, in("overwrite"), 0, 777, 0) }},
		{"appending", func() error { return t.change(r, in("append"), 0, 333, io.SeekEnd) }},
		{"truncating", func() error { return t.change(r, in("truncate"), 100, 0, 0) }},
		{"adding", func() error { return t.change(r, in("added"), 0, 555, 0) }},
		{"changing the mode", func() error { return r.Chmod(in("chmod"), 0o600) }},
		{"renaming", func() error { return r.Rename(in("rename"), in("renamed")) }},
	}
	for _, s := range steps {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("mutating tree %s: %w", t, err)
		}
		if err := s.do(); err != nil {
			return fmt.Errorf("mutating tree %s: %s: %w", t, s.what, err)
		}
	}
	if err := syncFile(r, in("chmod")); err != nil {
		return fmt.Errorf("mutating tree %s: %w", t, err)
	}
	return syncDir(r, in(""))
}

// change cuts a file to a length, unless that is 0, and writes n new bytes into it from its start or its end.
func (t Tree) change(r *os.Root, name string, cut, n int64, whence int) error {
	f, err := r.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return err
	}
	defer f.Close()
	if cut != 0 {
		if err := f.Truncate(cut); err != nil {
			return err
		}
	}
	if _, err := f.Seek(0, whence); err != nil {
		return err
	}
	if _, err := io.CopyN(f, random(t, "mutated\x00"+name), n); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	return f.Close()
}

func syncFile(r *os.Root, name string) error {
	f, err := r.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}
