package share

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"path"
	"strings"
	"syscall"

	"csicert/driver/mount/nfs3"
)

const (
	volumeMode = 0o777 // which pods' users are to write is for the administrator and the pods to say
	aboveMode  = 0o755
)

// Make makes the folder, and those above it, for its owner; one that the owner has already it leaves as it is. Errors:
// ErrTaken, ErrForeign, ErrRefused, ErrFull, ErrUnreachable.
func (f Folders) Make(ctx context.Context, at Place, owner string) error {
	return f.with(ctx, "making folder", at, func(ctx context.Context, s session) error { return s.make(ctx, at, owner) })
}

func (s session) make(ctx context.Context, at Place, owner string) error {
	dir, err := s.above(ctx, at, func(dir nfs3.Handle, name string) (nfs3.Handle, error) {
		h, _, err := s.directory(ctx, dir, name)
		if errors.Is(err, ErrNotFound) {
			h, err = s.mkdir(ctx, dir, name, aboveMode)
		}
		return h, err
	})
	if err != nil {
		return err
	}
	_, name := at.split()
	if err := s.claim(ctx, dir, name, owner); err != nil {
		return err
	}
	if _, _, err = s.directory(ctx, dir, name); errors.Is(err, ErrNotFound) {
		_, err = s.mkdir(ctx, dir, name, volumeMode)
	}
	return err
}

// claim leaves the owner's note, unless it is there. A folder without a note is taken only while it is empty: what is in
// it is not ours to give away, or to remove later.
func (s session) claim(ctx context.Context, dir nfs3.Handle, name, owner string) error {
	had, err := s.noted(ctx, dir, name)
	if errors.Is(err, ErrNotFound) {
		if err := s.vacant(ctx, dir, name); err != nil {
			return err
		}
		_, _, err = s.Symlink(ctx, dir, noteOf(name), noteFor(owner), nfs3.SetAttr{})
		if err == nil {
			return nil
		}
		if !errors.Is(err, syscall.EEXIST) {
			return fmt.Errorf("noting whose it is: %w", err)
		}
		had, err = s.noted(ctx, dir, name) // somebody was faster, or this call's first sending
	}
	if err != nil {
		return err
	}
	if had != owner {
		return fmt.Errorf("%w: it was made for volume %q, as the link %s beside it says", ErrTaken, had, noteOf(name))
	}
	return nil
}

// vacant refuses what is at the name, unless that is nothing or an empty folder.
func (s session) vacant(ctx context.Context, dir nfs3.Handle, name string) error {
	h, _, err := s.directory(ctx, dir, name)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	page, err := s.entries(ctx, h)
	if err != nil {
		return err
	}
	if len(page) > 0 {
		return fmt.Errorf("%w: it is there with content that no volume of this driver's has put there", ErrTaken)
	}
	return nil
}

// Look finds a folder that was made. Errors: ErrNotFound, ErrForeign, ErrRefused, ErrUnreachable.
func (f Folders) Look(ctx context.Context, at Place) error {
	return f.with(ctx, "looking for folder", at, func(ctx context.Context, s session) error {
		dir, err := s.parent(ctx, at)
		if err != nil {
			return err
		}
		_, name := at.split()
		if _, err := s.noted(ctx, dir, name); err != nil {
			return err
		}
		_, _, err = s.directory(ctx, dir, name)
		return err
	})
}

// parent finds the folder that the place's is in.
func (s session) parent(ctx context.Context, at Place) (nfs3.Handle, error) {
	return s.above(ctx, at, func(dir nfs3.Handle, name string) (nfs3.Handle, error) {
		h, _, err := s.directory(ctx, dir, name)
		return h, err
	})
}

// above goes down to the folder that the place's is in, by steps. None on the way may be a volume: what is inside of one
// is its pods' to change.
func (s session) above(ctx context.Context, at Place, step func(nfs3.Handle, string) (nfs3.Handle, error)) (nfs3.Handle, error) {
	dir := s.Root()
	names, _ := at.split()
	for i, name := range names {
		if owner, err := s.noted(ctx, dir, name); err == nil {
			return "", fmt.Errorf("%w: it is inside of %s, which was made for volume %q", ErrTaken, path.Join(names[:i+1]...), owner)
		} else if !errors.Is(err, ErrNotFound) {
			return "", err
		}
		var err error
		if dir, err = step(dir, name); err != nil {
			return "", fmt.Errorf("at %s: %w", path.Join(names[:i+1]...), err)
		}
	}
	return dir, nil
}

// directory finds a name that must be a directory's.
func (s session) directory(ctx context.Context, dir nfs3.Handle, name string) (nfs3.Handle, nfs3.Attr, error) {
	h, attr, err := s.Lookup(ctx, dir, name)
	switch {
	case errors.Is(err, syscall.ENOENT):
		return "", nfs3.Attr{}, fmt.Errorf("%w: %q", ErrNotFound, name)
	case err != nil:
		return "", nfs3.Attr{}, err
	case attr.Type != nfs3.Directory:
		return "", nfs3.Attr{}, fmt.Errorf("%w: %q is no folder, and links are not followed", ErrForeign, name)
	}
	return h, attr, nil
}

// mkdir makes a directory; one that is there by now will do.
func (s session) mkdir(ctx context.Context, dir nfs3.Handle, name string, mode uint32) (nfs3.Handle, error) {
	h, attr, err := s.Mkdir(ctx, dir, name, nfs3.SetAttr{Mode: &mode})
	if errors.Is(err, syscall.EEXIST) {
		h, _, err = s.directory(ctx, dir, name)
		return h, err
	}
	if err != nil {
		return "", err
	}
	if attr.Mode&0o777 != mode { // the server has a mask
		if _, err := s.SetAttr(ctx, h, nfs3.SetAttr{Mode: &mode}); err != nil {
			return "", err
		}
	}
	return h, nil
}

const (
	noteHead, noteTail = ".", ".csicert"
	noteScheme         = "volume:"
)

func noteOf(name string) string { return noteHead + name + noteTail }

// IsNote says whether a name is one that only notes may have.
func IsNote(name string) bool {
	return strings.HasPrefix(name, noteHead) && strings.HasSuffix(name, noteTail)
}

func noteFor(owner string) string { return noteScheme + url.PathEscape(owner) }

// noted reads whose a folder is.
func (s session) noted(ctx context.Context, dir nfs3.Handle, name string) (owner string, err error) {
	h, attr, err := s.Lookup(ctx, dir, noteOf(name))
	if errors.Is(err, syscall.ENOENT) {
		return "", fmt.Errorf("%w: no note of %q", ErrNotFound, name)
	}
	if err != nil {
		return "", err
	}
	if attr.Type == nfs3.Symlink {
		target, err := s.ReadLink(ctx, h)
		if err != nil {
			return "", err
		}
		if text, ok := strings.CutPrefix(string(target), noteScheme); ok {
			if owner, err := url.PathUnescape(text); err == nil {
				return owner, nil
			}
		}
	}
	return "", fmt.Errorf("%w: %s is no note of this driver's", ErrForeign, noteOf(name))
}
