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

// filling puts the content into a new volume's folder.
type filling func(ctx context.Context, data string) error

// CreateVolume implements filer.Filer.
func (s *Store) CreateVolume(ctx context.Context, req filer.VolumeRequest) (filer.Volume, error) {
	if req.Source == nil {
		return s.create(ctx, req, func(context.Context, string) error { return nil })
	}
	return s.create(ctx, req, func(ctx context.Context, data string) error {
		return s.fromSource(ctx, *req.Source, req.Size, data)
	})
}

// FillVolume implements filer.Filer.
func (s *Store) FillVolume(ctx context.Context, req filer.VolumeRequest, content io.Reader) (filer.Volume, error) {
	if req.Source != nil {
		return filer.Volume{}, &filer.Error{Kind: filer.ErrInvalid, Text: "a volume is filled from a source or from a stream, not from both"}
	}
	return s.create(ctx, req, func(ctx context.Context, data string) error {
		folder, err := os.OpenRoot(data)
		if err != nil {
			return err
		}
		return errors.Join(tree.Unpack(ctx, content, folder), folder.Close())
	})
}

func (s *Store) create(ctx context.Context, req filer.VolumeRequest, fill filling) (filer.Volume, error) {
	if req.Name == "" || req.Size <= 0 {
		return filer.Volume{}, &filer.Error{Kind: filer.ErrInvalid,
			Text: fmt.Sprintf("volume %q of %d bytes; accepted: a name, and more than 0 bytes", req.Name, req.Size)}
	}
	id := idOf(filer.OfVolume, req.Name)
	release, err := s.names.take(ctx, id)
	if err != nil {
		return filer.Volume{}, err
	}
	defer release()
	there, err := s.Volume(ctx, id)
	if err == nil {
		return there, fits(there, req)
	}
	if !errors.Is(err, filer.ErrNotFound) {
		return filer.Volume{}, err
	}
	settle, err := s.promise(ctx, id, req.Size)
	if err != nil {
		return filer.Volume{}, err
	}
	defer settle()
	v := filer.Volume{ID: id, Name: req.Name, Size: req.Size, Origin: req.Origin, Created: s.Now().UTC(),
		Path: filepath.Join(s.home(filer.OfVolume, id), dataDir)}
	record, err := json.Marshal(v)
	if err != nil {
		return filer.Volume{}, fmt.Errorf("recording volume %s: %w", id, err)
	}
	if err := s.build(filer.OfVolume, id, record, func(data string) error { return fill(ctx, data) }); err != nil {
		return filer.Volume{}, fmt.Errorf("making volume %s: %w", id, err)
	}
	return v, nil
}

// fits says whether the volume that has the name is what the request asks for.
func fits(there filer.Volume, req filer.VolumeRequest) error {
	if there.Origin != req.Origin {
		return &filer.Error{Kind: filer.ErrConflict,
			Text: fmt.Sprintf("volume %q was made from %q, asked for from %q", req.Name, there.Origin, req.Origin)}
	}
	if there.Size < req.Size || (req.Limit > 0 && there.Size > req.Limit) {
		return &filer.Error{Kind: filer.ErrConflict,
			Text: fmt.Sprintf("volume %q has %d bytes, asked for with %d to %d", req.Name, there.Size, req.Size, req.Limit)}
	}
	return nil
}

func (s *Store) fromSource(ctx context.Context, source filer.Ref, size int64, data string) error {
	if source.Kind == filer.OfVolume {
		v, err := s.Volume(ctx, source.ID)
		if err != nil {
			return err
		}
		if size < v.Size {
			return tooSmall(size, source, v.Size)
		}
		return s.cut(ctx, v.ID, data)
	}
	snapshot, err := s.Snapshot(ctx, source.ID)
	if err != nil {
		return err
	}
	if size < snapshot.Size {
		return tooSmall(size, source, snapshot.Size)
	}
	// Held, so that it is not deleted while it is read.
	release, err := s.names.take(ctx, snapshot.ID)
	if err != nil {
		return err
	}
	defer release()
	return s.disk.Copy(ctx, filepath.Join(s.home(filer.OfSnapshot, snapshot.ID), dataDir), data)
}

func tooSmall(size int64, source filer.Ref, needed int64) error {
	return &filer.Error{Kind: filer.ErrTooSmall,
		Text: fmt.Sprintf("%d bytes asked for, %s %s needs %d", size, source.Kind, source.ID, needed)}
}

// cut copies a volume as of one moment.
func (s *Store) cut(ctx context.Context, id, data string) error {
	release, err := s.names.take(ctx, id)
	if err != nil {
		return err
	}
	defer release()
	thaw, err := s.Freezer.Freeze(ctx)
	if err != nil {
		return fmt.Errorf("making clients wait: %w", err)
	}
	err = s.disk.Copy(ctx, filepath.Join(s.home(filer.OfVolume, id), dataDir), data)
	return errors.Join(err, thaw())
}

// DeleteVolume implements filer.Filer.
func (s *Store) DeleteVolume(ctx context.Context, id string) error {
	return s.remove(ctx, filer.OfVolume, id)
}

// ExpandVolume implements filer.Filer.
func (s *Store) ExpandVolume(ctx context.Context, id string, size int64) (filer.Volume, error) {
	if err := known(filer.OfVolume, id); err != nil {
		return filer.Volume{}, err
	}
	release, err := s.names.take(ctx, id)
	if err != nil {
		return filer.Volume{}, err
	}
	defer release()
	v, err := s.Volume(ctx, id)
	if err != nil || size <= v.Size {
		return v, err
	}
	settle, err := s.promise(ctx, id, size-v.Size)
	if err != nil {
		return filer.Volume{}, err
	}
	defer settle()
	v.Size = size
	record, err := json.Marshal(v)
	if err != nil {
		return filer.Volume{}, fmt.Errorf("recording volume %s: %w", id, err)
	}
	next := filepath.Join(s.unfinished(), id+".json")
	if err := s.disk.WriteFile(next, record); err != nil {
		return filer.Volume{}, fmt.Errorf("recording volume %s: %w", id, err)
	}
	if err := s.disk.Rename(next, filepath.Join(s.home(filer.OfVolume, id), volumeFile)); err != nil {
		return filer.Volume{}, fmt.Errorf("recording volume %s: %w", id, err)
	}
	return v, nil
}
