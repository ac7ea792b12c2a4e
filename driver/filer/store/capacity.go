package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"csicert/driver/filer"
)

// blockSize is the unit of st_blocks, whatever the file system's own is.
const blockSize = 512

// promise sets size bytes aside for what is being made; settle gives them back, when the record counts or never will.
func (s *Store) promise(ctx context.Context, id string, size int64) (settle func(), err error) {
	release, err := s.books.take(ctx, struct{}{})
	if err != nil {
		return nil, err
	}
	defer release()
	capacity, err := s.count(ctx)
	if err != nil {
		return nil, err
	}
	if size > capacity.Available {
		return nil, &filer.Error{Kind: filer.ErrFull,
			Text: fmt.Sprintf("%d bytes asked for, %d of %d available", size, capacity.Available, capacity.Total)}
	}
	s.held[id] = size
	return func() {
		// The books are only ever held for as long as a count takes.
		release, err := s.books.take(context.WithoutCancel(ctx), struct{}{})
		if err != nil {
			return
		}
		defer release()
		delete(s.held, id)
	}, nil
}

// count needs the books. Between a record's appearance and its promise's end both count: too little is offered, never
// too much.
func (s *Store) count(ctx context.Context) (filer.Capacity, error) {
	volumes, err := s.Volumes(ctx)
	if err != nil {
		return filer.Capacity{}, err
	}
	snapshots, err := s.Snapshots(ctx)
	if err != nil {
		return filer.Capacity{}, err
	}
	left := s.Options.Capacity
	for _, v := range volumes {
		left -= v.Size
	}
	for _, shot := range snapshots {
		left -= shot.Size
	}
	for _, size := range s.held {
		left -= size
	}
	return filer.Capacity{Total: s.Options.Capacity, Available: max(left, 0)}, nil
}

// Capacity implements filer.Filer.
func (s *Store) Capacity(ctx context.Context) (filer.Capacity, error) {
	release, err := s.books.take(ctx, struct{}{})
	if err != nil {
		return filer.Capacity{}, err
	}
	defer release()
	return s.count(ctx)
}

// Usage implements filer.Filer.
func (s *Store) Usage(ctx context.Context, id string) (filer.Usage, error) {
	if _, err := s.Volume(ctx, id); err != nil {
		return filer.Usage{}, err
	}
	var usage filer.Usage
	err := filepath.WalkDir(filepath.Join(s.home(filer.OfVolume, id), dataDir), func(_ string, entry fs.DirEntry, err error) error {
		if errors.Is(err, os.ErrNotExist) { // a client removed it meanwhile
			return nil
		}
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if errors.Is(err, os.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		usage.Inodes++
		if stat, ok := info.Sys().(*syscall.Stat_t); ok {
			usage.Bytes += stat.Blocks * blockSize
		}
		return context.Cause(ctx)
	})
	if err != nil {
		return filer.Usage{}, fmt.Errorf("measuring volume %s: %w", id, err)
	}
	return usage, nil
}
