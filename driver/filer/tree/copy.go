package tree

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sys/unix"
)

// Copy copies the folder from into the empty folder to. See Pack and Unpack for what is kept and for the errors.
func Copy(ctx context.Context, from, to string) error {
	source, err := os.OpenRoot(from)
	if err != nil {
		return fmt.Errorf("opening the folder to copy: %w", err)
	}
	defer source.Close() // only read
	target, err := os.OpenRoot(to)
	if err != nil {
		return fmt.Errorf("opening the folder to copy to: %w", err)
	}
	defer target.Close() // only a handle; what was written has its own errors
	pipe, feed := io.Pipe()
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		err := Pack(ctx, source, feed)
		return errors.Join(err, feed.CloseWithError(err))
	})
	group.Go(func() error {
		err := Unpack(ctx, pipe, target)
		return errors.Join(err, pipe.CloseWithError(err))
	})
	return group.Wait()
}

// Sync returns when everything written below the folder's file system is on its disk.
func Sync(folder string) error {
	dir, err := os.Open(folder)
	if err != nil {
		return fmt.Errorf("opening %s to flush it: %w", folder, err)
	}
	err = unix.Syncfs(int(dir.Fd()))
	if err := errors.Join(err, dir.Close()); err != nil {
		return fmt.Errorf("flushing the file system of %s: %w", folder, err)
	}
	return nil
}
