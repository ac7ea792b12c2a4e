package build

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Carried tells whether this binary has its programs inside, and so needs neither Go nor a checkout to judge.
func Carried() bool { return len(carriedArchive()) > 0 }

// unpack puts the programs of the archive into a folder of their own below dir, unless they are there.
func unpack(archive []byte, dir string) (folder string, err error) {
	sum := sha256.Sum256(archive)
	folder = filepath.Join(dir, "carried-"+hex.EncodeToString(sum[:])[:tagLength])
	if _, err := os.Stat(folder); !errors.Is(err, fs.ErrNotExist) {
		return folder, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("making the programs' folder: %w", err)
	}
	half, err := os.MkdirTemp(dir, "half-")
	if err != nil {
		return "", fmt.Errorf("making the programs' folder: %w", err)
	}
	defer func() {
		if gone := os.RemoveAll(half); gone != nil {
			err = errors.Join(err, fmt.Errorf("removing half a folder of programs: %w", gone))
		}
	}()
	if err := extract(archive, half); err != nil {
		return "", fmt.Errorf("unpacking the programs that csicert carries: %w", err)
	}
	err = os.Rename(half, folder)
	if _, there := os.Stat(folder); err != nil && there != nil { // another csicert may have been first
		return "", fmt.Errorf("unpacking the programs that csicert carries: %w", err)
	}
	return folder, nil
}

func extract(archive []byte, to string) error {
	plain, err := gzip.NewReader(bytes.NewReader(archive))
	if err != nil {
		return err
	}
	in := tar.NewReader(plain)
	for {
		header, err := in.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if header.Typeflag != tar.TypeReg || header.Name != filepath.Base(header.Name) {
			return fmt.Errorf("found %q, accepted is a file without a folder", header.Name)
		}
		file, err := os.OpenFile(filepath.Join(to, header.Name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o700)
		if err != nil {
			return err
		}
		_, err = io.Copy(file, in)
		if err := errors.Join(err, file.Close()); err != nil {
			return err
		}
	}
}
