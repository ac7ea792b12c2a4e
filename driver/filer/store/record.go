package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"csicert/driver/filer"
)

// read gets the record of a thing whose ID was checked.
func read[T any](s *Store, kind filer.Kind, id string) (T, error) {
	var record T
	content, err := os.ReadFile(filepath.Join(s.home(kind, id), recordFile(kind)))
	if errors.Is(err, os.ErrNotExist) {
		return record, notFound(kind, id)
	}
	if err != nil {
		return record, fmt.Errorf("reading the record of %s %s: %w", kind, id, err)
	}
	if err := json.Unmarshal(content, &record); err != nil {
		return record, fmt.Errorf("reading the record of %s %s: %w", kind, id, err)
	}
	return record, nil
}

// list gets the records of all that are there, ordered by ID. What is removed meanwhile is left out.
func list[T any](ctx context.Context, s *Store, kind filer.Kind) ([]T, error) {
	entries, err := os.ReadDir(filepath.Dir(s.home(kind, "any")))
	if err != nil {
		return nil, fmt.Errorf("listing the %ss: %w", kind, err)
	}
	all := make([]T, 0, len(entries))
	for _, entry := range entries {
		if err := context.Cause(ctx); err != nil {
			return nil, err
		}
		record, err := read[T](s, kind, entry.Name())
		if errors.Is(err, filer.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		all = append(all, record)
	}
	return slices.Clip(all), nil
}

// Volume implements filer.Filer.
func (s *Store) Volume(_ context.Context, id string) (filer.Volume, error) {
	if err := known(filer.OfVolume, id); err != nil {
		return filer.Volume{}, err
	}
	return read[filer.Volume](s, filer.OfVolume, id)
}

// VolumeNamed implements filer.Filer.
func (s *Store) VolumeNamed(ctx context.Context, name string) (filer.Volume, error) {
	return s.Volume(ctx, idOf(filer.OfVolume, name))
}

// Volumes implements filer.Filer.
func (s *Store) Volumes(ctx context.Context) ([]filer.Volume, error) {
	return list[filer.Volume](ctx, s, filer.OfVolume)
}

// Snapshot implements filer.Filer.
func (s *Store) Snapshot(_ context.Context, id string) (filer.Snapshot, error) {
	if err := known(filer.OfSnapshot, id); err != nil {
		return filer.Snapshot{}, err
	}
	return read[filer.Snapshot](s, filer.OfSnapshot, id)
}

// SnapshotNamed implements filer.Filer.
func (s *Store) SnapshotNamed(ctx context.Context, name string) (filer.Snapshot, error) {
	return s.Snapshot(ctx, idOf(filer.OfSnapshot, name))
}

// Snapshots implements filer.Filer.
func (s *Store) Snapshots(ctx context.Context) ([]filer.Snapshot, error) {
	return list[filer.Snapshot](ctx, s, filer.OfSnapshot)
}
