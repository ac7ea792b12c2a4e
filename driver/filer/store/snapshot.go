package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"csicert/driver/filer"
	"csicert/driver/filer/tree"
)

// CreateSnapshot implements filer.Filer.
func (s *Store) CreateSnapshot(ctx context.Context, req filer.SnapshotRequest) (filer.Snapshot, error) {
	if req.Name == "" {
		return filer.Snapshot{}, &filer.Error{Kind: filer.ErrInvalid, Text: "a snapshot without a name"}
	}
	id := idOf(filer.OfSnapshot, req.Name)
	release, err := s.names.take(ctx, id)
	if err != nil {
		return filer.Snapshot{}, err
	}
	defer release()
	there, err := s.Snapshot(ctx, id)
	if err == nil {
		if there.Volume != req.Volume {
			err = &filer.Error{Kind: filer.ErrConflict,
				Text: fmt.Sprintf("snapshot %q is of volume %s, asked for of %s", req.Name, there.Volume, req.Volume)}
		}
		return there, err
	}
	if !errors.Is(err, filer.ErrNotFound) {
		return filer.Snapshot{}, err
	}
	source, err := s.Volume(ctx, req.Volume)
	if err != nil {
		return filer.Snapshot{}, err
	}
	settle, err := s.promise(ctx, id, source.Size)
	if err != nil {
		return filer.Snapshot{}, err
	}
	defer settle()
	return s.take(ctx, filer.Snapshot{ID: id, Name: req.Name, Volume: source.ID, Size: source.Size, Created: s.Now().UTC()})
}

func (s *Store) take(ctx context.Context, shot filer.Snapshot) (filer.Snapshot, error) {
	record, err := json.Marshal(shot)
	if err != nil {
		return filer.Snapshot{}, fmt.Errorf("recording snapshot %s: %w", shot.ID, err)
	}
	err = s.build(filer.OfSnapshot, shot.ID, record, func(data string) error { return s.cut(ctx, shot.Volume, data) })
	if err != nil {
		return filer.Snapshot{}, fmt.Errorf("making snapshot %s of %s: %w", shot.ID, shot.Volume, err)
	}
	return shot, nil
}

// DeleteSnapshot implements filer.Filer.
func (s *Store) DeleteSnapshot(ctx context.Context, id string) error {
	return s.remove(ctx, filer.OfSnapshot, id)
}

// Content implements filer.Filer. A volume is copied first, so that clients wait for the disk and not for the network.
func (s *Store) Content(ctx context.Context, of filer.Ref) (io.ReadCloser, error) {
	if err := known(of.Kind, of.ID); err != nil {
		return nil, err
	}
	if of.Kind == filer.OfSnapshot {
		if _, err := s.Snapshot(ctx, of.ID); err != nil {
			return nil, err
		}
		release, err := s.names.take(ctx, of.ID)
		if err != nil {
			return nil, err
		}
		return pack(ctx, filepath.Join(s.home(of.Kind, of.ID), dataDir), func() error { release(); return nil })
	}
	if _, err := s.Volume(ctx, of.ID); err != nil {
		return nil, err
	}
	work, err := os.MkdirTemp(s.unfinished(), "content-")
	if err != nil {
		return nil, fmt.Errorf("making a place for the copy of %s: %w", of.ID, err)
	}
	drop := func() error { return s.disk.RemoveAll(work) }
	if err := s.cut(ctx, of.ID, work); err != nil {
		return nil, errors.Join(fmt.Errorf("copying volume %s: %w", of.ID, err), drop())
	}
	return pack(ctx, work, drop)
}

// packed is a stream in the making. Closing it early ends the making.
type packed struct {
	*io.PipeReader
	done <-chan error
}

// Close ends the stream and what makes it.
func (p packed) Close() error { return errors.Join(p.PipeReader.Close(), <-p.done) }

func pack(ctx context.Context, dir string, finally func() error) (io.ReadCloser, error) {
	folder, err := os.OpenRoot(dir)
	if err != nil {
		return nil, errors.Join(err, finally())
	}
	reader, writer := io.Pipe()
	done := make(chan error, 1)
	go func() {
		err := tree.Pack(ctx, folder, writer)
		writer.CloseWithError(err) // never fails, by its contract
		done <- errors.Join(folder.Close(), finally())
	}()
	return packed{reader, done}, nil
}
