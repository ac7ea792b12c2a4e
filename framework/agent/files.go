package agent

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/sys/unix"
)

func (r Put) run(ctx context.Context, stdin io.Reader, stdout io.Writer) error {
	if err := element(r.Name); err != nil {
		return err
	}
	dir, err := os.OpenRoot(r.Dir)
	if err != nil {
		return fmt.Errorf("putting %q: %w", r.Name, err)
	}
	defer dir.Close()
	stored, err := put(ctx, dir, r.Name, stdin)
	if err != nil {
		return fmt.Errorf("putting %q into %q: %w", r.Name, r.Dir, err)
	}
	return answer(stdout, stored)
}

func put(ctx context.Context, dir *os.Root, name string, from io.Reader) (stored Stored, err error) {
	part := ".agent-put-" + rand.Text() // nobody else's: O_EXCL could only fail for a file server that was restarted
	f, err := dir.OpenFile(part, os.O_WRONLY|os.O_CREATE, 0o644)
	if err != nil {
		return Stored{}, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, f.Close(), dir.Remove(part))
		}
	}()
	h := sha256.New()
	n, err := io.Copy(io.MultiWriter(f, h), interruptible(ctx, from))
	if err != nil {
		return Stored{}, err
	}
	if err := f.Sync(); err != nil {
		return Stored{}, err
	}
	if err := dir.Rename(part, name); err != nil {
		return Stored{}, err
	}
	part = name // from here on what is to be removed on failure bears its name
	d, err := dir.Open(".")
	if err != nil {
		return Stored{}, err
	}
	defer d.Close()
	if err := d.Sync(); err != nil {
		return Stored{}, err
	}
	if err := f.Close(); err != nil {
		return Stored{}, err
	}
	return Stored{Size: n, SHA256: hex.EncodeToString(h.Sum(nil))}, nil
}

// interruptible ends a read of standard input when ctx ends. The read below it may go on for ever; so does the
// goroutine, until the process ends, which is at once.
func interruptible(ctx context.Context, from io.Reader) io.Reader {
	r, w := io.Pipe()
	go func() {
		_, err := io.Copy(w, from)
		w.CloseWithError(err)
	}()
	context.AfterFunc(ctx, func() { r.CloseWithError(ctx.Err()) })
	return r
}

func (r Get) run(ctx context.Context, _ io.Reader, stdout io.Writer) error {
	if err := element(r.Name); err != nil {
		return err
	}
	dir, err := os.OpenRoot(r.Dir)
	if err != nil {
		return fmt.Errorf("getting %q: %w", r.Name, err)
	}
	defer dir.Close()
	f, err := dir.OpenFile(r.Name, os.O_RDONLY|unix.O_NONBLOCK, 0)
	if err != nil {
		return fmt.Errorf("getting %q from %q: %w", r.Name, r.Dir, err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("it is no regular file but %v", info.Mode())
	}
	if err != nil {
		return fmt.Errorf("getting %q from %q: %w", r.Name, r.Dir, err)
	}
	if _, err := io.Copy(stdout, interruptible(ctx, f)); err != nil {
		return fmt.Errorf("getting %q from %q: %w", r.Name, r.Dir, err)
	}
	return nil
}

func (r TryWrite) run(_ context.Context, _ io.Reader, stdout io.Writer) error {
	dir, err := os.OpenRoot(r.Dir)
	if err != nil {
		return fmt.Errorf("trying to write: %w", err)
	}
	defer dir.Close()
	name := ".agent-try-" + rand.Text()
	f, err := dir.OpenFile(name, os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return answer(stdout, refused(err))
	}
	_, failed := io.WriteString(f, "written\n")
	failed = errors.Join(failed, f.Sync(), f.Close())
	if err := dir.Remove(name); err != nil {
		return fmt.Errorf("trying to write: removing the file again: %w", err)
	}
	if failed != nil {
		return answer(stdout, refused(failed))
	}
	return answer(stdout, Attempt{Written: true})
}

func refused(err error) Attempt {
	a := Attempt{Message: err.Error()}
	var errno unix.Errno
	if errors.As(err, &errno) {
		a.Errno = unix.ErrnoName(errno)
	}
	return a
}
