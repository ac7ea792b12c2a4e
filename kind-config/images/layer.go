package images

import (
	"archive/tar"
	"cmp"
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// opener yields the layer as a tar stream, as often as it is asked: once for the digest, once for the archive.
func opener(ctx context.Context, files []File) tarball.Opener {
	return func() (io.ReadCloser, error) {
		reader, writer := io.Pipe()
		go func() { writer.CloseWithError(pack(ctx, writer, files)) }()
		return reader, nil
	}
}

func pack(ctx context.Context, to io.Writer, files []File) error {
	out := tar.NewWriter(to)
	for _, f := range withParents(files) {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := add(out, f); err != nil {
			return fmt.Errorf("packing %s: %w", f.Path, err)
		}
	}
	return out.Close()
}

// withParents adds the folders that nobody named, because some importers refuse a file whose folder has no entry.
func withParents(files []File) []File {
	known := map[string]bool{"/": true}
	for _, f := range files {
		known[f.Path] = true
	}
	all := slices.Clone(files)
	for _, f := range files {
		for dir := path.Dir(f.Path); !known[dir]; dir = path.Dir(dir) {
			known[dir] = true
			all = append(all, File{Path: dir, Mode: fs.ModeDir | 0o755})
		}
	}
	slices.SortFunc(all, func(a, b File) int { return cmp.Compare(a.Path, b.Path) })
	return all
}

func add(out *tar.Writer, f File) error {
	header := &tar.Header{
		Name:    strings.TrimPrefix(f.Path, "/"),
		Mode:    permissions(f.Mode),
		ModTime: time.Unix(0, 0),
		Format:  tar.FormatPAX,
	}
	switch {
	case f.Link != "":
		header.Typeflag, header.Linkname, header.Mode = tar.TypeSymlink, f.Link, 0o777
		return out.WriteHeader(header)
	case f.Mode.IsDir():
		header.Typeflag, header.Name = tar.TypeDir, header.Name+"/"
		return out.WriteHeader(header)
	case f.Content != nil:
		header.Typeflag, header.Size = tar.TypeReg, int64(len(f.Content))
		if err := out.WriteHeader(header); err != nil {
			return err
		}
		_, err := out.Write(f.Content)
		return err
	}
	return addSource(out, header, f.Source)
}

func addSource(out *tar.Writer, header *tar.Header, source string) error {
	in, err := os.Open(source)
	if err != nil {
		return err
	}
	defer in.Close() // only read
	info, err := in.Stat()
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return &BadSpecError{Field: "Source", Found: source, Accepted: "a regular file"}
	}
	header.Typeflag, header.Size = tar.TypeReg, info.Size()
	if err := out.WriteHeader(header); err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return err
}

func permissions(mode fs.FileMode) int64 {
	bits := int64(mode.Perm())
	for flag, bit := range map[fs.FileMode]int64{fs.ModeSetuid: 0o4000, fs.ModeSetgid: 0o2000, fs.ModeSticky: 0o1000} {
		if mode&flag != 0 {
			bits |= bit
		}
	}
	return bits
}
