package engine

import (
	"errors"
	"fmt"
	"path/filepath"
	"syscall"
)

// FreeSpace returns the bytes an ordinary user may still write below path; for a path that does not exist yet,
// those of its nearest existing parent.
func FreeSpace(path string) (uint64, error) {
	at := path
	for {
		var stat syscall.Statfs_t
		err := syscall.Statfs(at, &stat)
		if err == nil {
			return stat.Bavail * uint64(stat.Bsize), nil
		}
		parent := filepath.Dir(at)
		if !errors.Is(err, syscall.ENOENT) || parent == at {
			return 0, fmt.Errorf("reading the free space at %s: %w", path, err)
		}
		at = parent
	}
}

// room refuses a path with fewer than need bytes free.
func room(path string, need uint64) error {
	free, err := FreeSpace(path)
	if err != nil {
		return err
	}
	if free < need {
		return &NoSpace{Path: path, Found: free, Need: need}
	}
	return nil
}
