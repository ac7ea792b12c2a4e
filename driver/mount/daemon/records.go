package daemon

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"csicert/driver/mount/protocol"
)

const suffix = ".json"

// records keeps one file per mount in a folder.
type records struct {
	folder string
	lock   *os.File
}

func openRecords(folder string) (*records, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	lock, err := os.OpenFile(filepath.Join(folder, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(lock.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		return nil, errors.Join(fmt.Errorf("%s is used by another mounter: %w", folder, err), lock.Close())
	}
	return &records{folder: folder, lock: lock}, nil
}

func (r *records) close() error { return r.lock.Close() }

func (r *records) path(target string) string {
	return filepath.Join(r.folder, fmt.Sprintf("%x", sha256.Sum256([]byte(target)))[:32]+suffix)
}

// put writes a record, whole or not at all.
func (r *records) put(record protocol.Mount) error {
	if err := r.write(record); err != nil {
		return fmt.Errorf("recording the mount %s: %w", record.Target, err)
	}
	return nil
}

func (r *records) write(record protocol.Mount) error {
	text, err := json.MarshalIndent(record, "", "  ")
	if err != nil {
		return err
	}
	file, err := os.CreateTemp(r.folder, "new-*")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name()) // fails once it is renamed
	_, err = file.Write(text)
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return err
	}
	return os.Rename(file.Name(), r.path(record.Target))
}

// drop removes a record; one that does not exist is no error.
func (r *records) drop(target string) error {
	if err := os.Remove(r.path(target)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("dropping the record of %s: %w", target, err)
	}
	return nil
}

// get reads a target's record.
func (r *records) get(target string) (record protocol.Mount, known bool, err error) {
	record, err = read(r.path(target))
	if errors.Is(err, fs.ErrNotExist) {
		return protocol.Mount{}, false, nil
	}
	return record, err == nil, err
}

// all reads every record. Those that cannot be read are in the error; the
// others are returned all the same.
func (r *records) all() ([]protocol.Mount, error) {
	paths, err := filepath.Glob(filepath.Join(r.folder, "*"+suffix))
	if err != nil {
		return nil, err
	}
	var found []protocol.Mount
	var failures []error
	for _, path := range paths {
		record, err := read(path)
		if err != nil {
			failures = append(failures, err)
			continue
		}
		found = append(found, record)
	}
	return found, errors.Join(failures...)
}

func read(path string) (record protocol.Mount, err error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return record, fmt.Errorf("reading a mount's record: %w", err)
	}
	if err := json.Unmarshal(text, &record); err != nil {
		return record, fmt.Errorf("reading a mount's record %s: %w", path, err)
	}
	return record, nil
}
