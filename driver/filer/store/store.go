package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"csicert/driver/filer"
)

// Freezer makes clients wait while a volume is copied, so that a copy is of one moment.
type Freezer interface {
	// Freeze returns when no client's write is under way; thaw lets them go on.
	Freeze(ctx context.Context) (thaw func() error, err error)
}

// Options say where a store is and what it promises.
type Options struct {
	Dir      string // exists; on a file system that NFS can export
	Capacity int64  // bytes that may be promised in all
	Freezer  Freezer
	Now      func() time.Time
	Log      *slog.Logger
}

// Store implements filer.Filer on a folder. One process has it at a time.
type Store struct {
	Options
	disk  disk
	names lock[string] // one call at a time for a volume or snapshot
	books lock[struct{}]
	held  map[string]int64 // promised to what is being made, by ID; guarded by books
}

var _ filer.Filer = (*Store)(nil)

// Open makes the store's folders and sweeps away what an interrupted call left.
func Open(o Options) (*Store, error) { return open(o, local{}) }

func open(o Options, d disk) (*Store, error) {
	s := &Store{Options: o, disk: d, held: map[string]int64{}}
	if o.Capacity <= 0 {
		return nil, &filer.Error{Kind: filer.ErrInvalid, Text: fmt.Sprintf("capacity is %d bytes; accepted: more than 0", o.Capacity)}
	}
	for _, name := range []string{s.volumes(), s.snapshots(), s.unfinished()} {
		if err := os.MkdirAll(name, privateDir); err != nil {
			return nil, fmt.Errorf("making the store's folders: %w", err)
		}
	}
	// Clients walk through it to their volumes; root alone lists it.
	if err := os.Chmod(s.volumes(), 0o711); err != nil {
		return nil, fmt.Errorf("opening the volumes' folder to clients: %w", err)
	}
	left, err := os.ReadDir(s.unfinished())
	if err != nil {
		return nil, fmt.Errorf("looking for interrupted calls: %w", err)
	}
	for _, entry := range left {
		o.Log.Info("sweeping away what an interrupted call left", "entry", entry.Name())
		if err := d.RemoveAll(filepath.Join(s.unfinished(), entry.Name())); err != nil {
			return nil, fmt.Errorf("sweeping away what an interrupted call left: %w", err)
		}
	}
	return s, nil
}

func (s *Store) volumes() string    { return filepath.Join(s.Dir, "volumes") }
func (s *Store) snapshots() string  { return filepath.Join(s.Dir, "snapshots") }
func (s *Store) unfinished() string { return filepath.Join(s.Dir, unfinished) }

// home is the folder of a volume or snapshot, whose ID was checked.
func (s *Store) home(kind filer.Kind, id string) string {
	if kind == filer.OfVolume {
		return filepath.Join(s.volumes(), id)
	}
	return filepath.Join(s.snapshots(), id)
}

// Export is the folder that the NFS server serves.
func (s *Store) Export() string { return s.volumes() }

// build makes a thing whole and puts it in its place. fill gets the new data folder.
func (s *Store) build(kind filer.Kind, id string, record []byte, fill func(data string) error) (err error) {
	work := filepath.Join(s.unfinished(), id)
	if err := s.disk.RemoveAll(work); err != nil { // of a call that failed here before
		return fmt.Errorf("clearing the way: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.disk.RemoveAll(work))
		}
	}()
	if err := s.disk.Mkdir(work, 0o711); err != nil {
		return err
	}
	data := filepath.Join(work, dataDir)
	if err := s.disk.Mkdir(data, openDir); err != nil {
		return err
	}
	if err := fill(data); err != nil {
		return err
	}
	if err := s.disk.WriteFile(filepath.Join(work, recordFile(kind)), record); err != nil {
		return fmt.Errorf("recording it: %w", err)
	}
	if err := s.disk.Sync(work); err != nil {
		return err
	}
	return s.disk.Rename(work, s.home(kind, id))
}

// remove takes a thing out of its place, and then away.
func (s *Store) remove(ctx context.Context, kind filer.Kind, id string) error {
	if known(kind, id) != nil {
		return nil // it cannot be there
	}
	release, err := s.names.take(ctx, id)
	if err != nil {
		return err
	}
	defer release()
	work := filepath.Join(s.unfinished(), "removed-"+id)
	if err := s.disk.RemoveAll(work); err != nil {
		return fmt.Errorf("removing %s %s: %w", kind, id, err)
	}
	err = s.disk.Rename(s.home(kind, id), work)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("removing %s %s: %w", kind, id, err)
	}
	if err := s.disk.RemoveAll(work); err != nil {
		return fmt.Errorf("removing the data of %s %s: %w", kind, id, err)
	}
	return nil
}

func recordFile(kind filer.Kind) string {
	if kind == filer.OfVolume {
		return volumeFile
	}
	return snapshotFile
}
