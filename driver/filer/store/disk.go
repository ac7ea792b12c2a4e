package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"csicert/driver/filer/tree"
)

// disk is what the store does to its file system. Each call is a step after which the process may die.
type disk interface {
	Mkdir(path string, mode os.FileMode) error
	WriteFile(path string, content []byte) error // complete and flushed
	Copy(ctx context.Context, from, to string) error
	Sync(path string) error       // the whole file system
	Rename(from, to string) error // and flush both folders
	RemoveAll(path string) error
}

// local is the real one.
type local struct{}

func (local) Mkdir(path string, mode os.FileMode) error {
	if err := os.Mkdir(path, privateDir); err != nil {
		return err
	}
	return os.Chmod(path, mode) // the umask has no say
}

func (local) WriteFile(path string, content []byte) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, privateFile)
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	return errors.Join(err, file.Sync(), file.Close())
}

func (local) Copy(ctx context.Context, from, to string) error { return tree.Copy(ctx, from, to) }

func (local) Sync(path string) error { return tree.Sync(path) }

func (local) Rename(from, to string) error {
	if err := os.Rename(from, to); err != nil {
		return err
	}
	return errors.Join(syncDir(filepath.Dir(from)), syncDir(filepath.Dir(to)))
}

func (local) RemoveAll(path string) error { return os.RemoveAll(path) }

func syncDir(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("opening %s to flush it: %w", path, err)
	}
	return errors.Join(dir.Sync(), dir.Close())
}
