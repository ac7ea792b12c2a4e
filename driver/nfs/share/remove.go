package share

import (
	"context"
	"errors"
	"fmt"
	"syscall"

	"csicert/driver/mount/nfs3"
)

// branches is how many directories of one directory are remembered while they are emptied: memory then grows with a
// tree's depth, and not with its width.
const branches = 64

// Remove removes the folder with all that is below it, then its note; the folders above stay. What is gone already is no
// error. Errors: ErrForeign, also for a folder that has no note; ErrTaken, ErrRefused, ErrUnreachable.
func (f Folders) Remove(ctx context.Context, at Place) error {
	return f.with(ctx, "removing folder", at, func(ctx context.Context, s session) error { return s.remove(ctx, at) })
}

func (s session) remove(ctx context.Context, at Place) error {
	dir, err := s.parent(ctx, at)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	_, name := at.split()
	_, unnoted := s.noted(ctx, dir, name)
	if unnoted != nil && !errors.Is(unnoted, ErrNotFound) {
		return unnoted
	}
	folder, attr, err := s.directory(ctx, dir, name)
	missing := errors.Is(err, ErrNotFound)
	switch {
	case missing && unnoted != nil:
		return nil
	case missing: // an earlier call was cut off before it came to the note
	case err != nil:
		return err
	case unnoted != nil:
		return fmt.Errorf("%w: no link %s beside it says that it was made for a volume; remove it by hand", ErrForeign, noteOf(name))
	default:
		if err := s.fell(ctx, branch{dir: dir, name: name, handle: folder}, attr.FileSystem); err != nil {
			return err
		}
	}
	return ignore(s.calls.Remove(ctx, dir, noteOf(name)), syscall.ENOENT)
}

// branch is a directory that has a name in another.
type branch struct {
	dir    nfs3.Handle
	name   string
	handle nfs3.Handle
}

// fell removes a directory and what is below. It goes by handles and removes by names in them, so that neither a link nor
// a renaming leads it elsewhere; it enters no other file system.
func (s session) fell(ctx context.Context, root branch, fileSystem uint64) error {
	open := []branch{root}
	for len(open) > 0 {
		at := open[len(open)-1]
		page, err := s.entries(ctx, at.handle)
		if err != nil {
			return fmt.Errorf("listing %q: %w", at.name, err)
		}
		if len(page) > 0 {
			deeper, err := s.prune(ctx, at.handle, page, fileSystem)
			if err != nil {
				return fmt.Errorf("in %q: %w", at.name, err)
			}
			open = append(open, deeper...)
			continue
		}
		err = s.Rmdir(ctx, at.dir, at.name)
		if err := ignore(err, syscall.ENOENT); err != nil {
			return fmt.Errorf("removing %q: %w", at.name, err)
		}
		open = open[:len(open)-1]
	}
	return nil
}

// prune removes a directory's entries, and returns some of the directories among them that are not empty.
func (s session) prune(ctx context.Context, dir nfs3.Handle, page []nfs3.Entry, fileSystem uint64) ([]branch, error) {
	var deeper []branch
	for _, entry := range page {
		child, attr, err := s.child(ctx, dir, entry)
		if errors.Is(err, syscall.ENOENT) {
			continue
		}
		if err == nil && attr.Type != nfs3.Directory {
			err = s.calls.Remove(ctx, dir, entry.Name)
		} else if err == nil {
			err = s.Rmdir(ctx, dir, entry.Name)
			if occupied(err) && attr.FileSystem != fileSystem {
				return nil, fmt.Errorf("%w: another file system is at %q", ErrForeign, entry.Name)
			}
			if occupied(err) {
				err = nil
				if len(deeper) < branches {
					deeper = append(deeper, branch{dir: dir, name: entry.Name, handle: child})
				}
			}
		}
		if err := ignore(err, syscall.ENOENT); err != nil {
			return nil, fmt.Errorf("removing %q: %w", entry.Name, err)
		}
	}
	return deeper, nil
}

// child is what an entry names; what the listing left out is asked for.
func (s session) child(ctx context.Context, dir nfs3.Handle, entry nfs3.Entry) (nfs3.Handle, nfs3.Attr, error) {
	if entry.Handle != "" && entry.Attr != nil {
		return entry.Handle, *entry.Attr, nil
	}
	return s.Lookup(ctx, dir, entry.Name)
}

// entries lists the beginning of a directory, without itself and its parent; nothing means that it is empty.
func (s session) entries(ctx context.Context, dir nfs3.Handle) ([]nfs3.Entry, error) {
	var cookie uint64
	var verifier nfs3.Verifier
	for {
		page, next, end, err := s.ReadDir(ctx, dir, cookie, verifier)
		if err != nil {
			return nil, err
		}
		var found []nfs3.Entry
		for _, entry := range page {
			if cookie = entry.Cookie; entry.Name != "." && entry.Name != ".." {
				found = append(found, entry)
			}
		}
		if verifier = next; end || len(found) > 0 {
			return found, nil
		}
	}
}

// occupied says that a directory was not removed because something is in it; some servers say EEXIST (RFC 1813, RMDIR).
func occupied(err error) bool {
	return errors.Is(err, syscall.ENOTEMPTY) || errors.Is(err, syscall.EEXIST)
}

func ignore(err error, harmless error) error {
	if errors.Is(err, harmless) {
		return nil
	}
	return err
}
