package job

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/fsnotify/fsnotify"
)

// Pack writes a folder's regular files as a compressed tar, with paths below the folder. The file is whole or absent.
func Pack(folder, file string) (err error) {
	half, err := os.CreateTemp(filepath.Dir(file), ".half-")
	if err != nil {
		return fmt.Errorf("packing the results: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("packing the results: %w", err), os.Remove(half.Name()))
		}
	}()
	err = write(half, folder)
	if err := errors.Join(err, half.Close()); err != nil {
		return err
	}
	return os.Rename(half.Name(), file)
}

func write(to io.Writer, folder string) error {
	packed := gzip.NewWriter(to)
	out := tar.NewWriter(packed)
	err := fs.WalkDir(os.DirFS(folder), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		return add(out, filepath.Join(folder, path), path)
	})
	return errors.Join(err, out.Close(), packed.Close())
}

func add(out *tar.Writer, file, name string) error {
	in, err := os.Open(file)
	if err != nil {
		return err
	}
	defer in.Close() // only read
	info, err := in.Stat()
	if err != nil {
		return err
	}
	// The user is whoever unpacks it: no owner of the pod's goes along.
	if err := out.WriteHeader(&tar.Header{Name: name, Size: info.Size(), Mode: 0o644, ModTime: info.ModTime()}); err != nil {
		return err
	}
	_, err = io.CopyN(out, in, info.Size())
	return err
}

// marker stands beside the results once somebody has fetched them.
func marker(results string) string { return results + ".fetched" }

// Fetch waits until a run has left its results, writes them, and lets the run's pod end.
func Fetch(ctx context.Context, results string, to io.Writer) error {
	if err := appears(ctx, results); err != nil {
		return fmt.Errorf("waiting for the results: %w", err)
	}
	in, err := os.Open(results)
	if err != nil {
		return fmt.Errorf("reading the results: %w", err)
	}
	defer in.Close() // only read
	if _, err := io.Copy(to, in); err != nil {
		return fmt.Errorf("sending the results: %w", err)
	}
	if err := os.WriteFile(marker(results), nil, 0o600); err != nil {
		return fmt.Errorf("noting that the results are fetched: %w", err)
	}
	return nil
}

// Fetched waits until somebody has fetched the results. The context bounds it.
func Fetched(ctx context.Context, results string) error { return appears(ctx, marker(results)) }

// appears waits for a file in a folder that is there.
func appears(ctx context.Context, file string) error {
	w, err := fsnotify.NewWatcher()
	if err != nil {
		return err
	}
	defer w.Close() // nothing is lost with it
	if err := w.Add(filepath.Dir(file)); err != nil {
		return err
	}
	for {
		if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case err := <-w.Errors:
			return err
		case <-w.Events:
		}
	}
}
