// Package images exists so that a container image can be made on a machine that has no registry and no base image to
// start from: it writes static binaries, and what little they need, as a FROM scratch archive without asking a daemon.
//
// The archive is in the format of `docker save`: `docker load`, `ctr images import` and kind's LoadImageArchive read it.
// The same files give the same bytes: time stamps are zero, owners are root, entries are sorted.
package images

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// File is one entry of an image. Exactly one of Source, Content and Link is set, or none for a folder.
type File struct {
	Source  string      // regular file on this machine, read when the archive is written; links are followed
	Content []byte      // the bytes themselves
	Link    string      // target of a symbolic link, absolute or relative as it shall stand in the image
	Path    string      // absolute and clean path in the image, for example /usr/local/bin/agent
	Mode    fs.FileMode // permission bits, with fs.ModeDir for a folder, fs.ModeSticky for /tmp; ignored for a link
}

// Spec is everything an image holds.
type Spec struct {
	Files      []File
	Entrypoint []string          // argument vector, the first an absolute path
	Env        []string          // KEY=value
	User       string            // uid or uid:gid; empty means root
	Labels     map[string]string // image labels
}

// BadSpecError says which field of a Spec or of a reference cannot be used.
type BadSpecError struct {
	Field    string // such as Files[2].Path
	Found    string // the value as given
	Accepted string // what would have been taken
}

// Error implements error.
func (e *BadSpecError) Error() string {
	return fmt.Sprintf("image spec: %s is %q; accepted: %s", e.Field, e.Found, e.Accepted)
}

// BadInput marks the error as the caller's to mend.
func (*BadSpecError) BadInput() bool { return true }

// Archive writes the image to file under the reference ref (name:tag), for this machine's architecture, and returns its
// manifest digest as "sha256:<hex>". The file appears complete or not at all. Errors: *BadSpecError, or the file system's.
func Archive(ctx context.Context, file, ref string, spec Spec) (string, error) {
	tag, err := name.NewTag(ref)
	if err != nil {
		return "", &BadSpecError{Field: "ref", Found: ref, Accepted: "a name and tag such as csicert/agent:dev"}
	}
	if err := check(spec); err != nil {
		return "", err
	}
	image, err := assemble(ctx, spec)
	if err != nil {
		return "", err
	}
	digest, err := image.Digest()
	if err != nil {
		return "", fmt.Errorf("computing the digest of %s: %w", ref, err)
	}
	if err := write(ctx, file, tag, image); err != nil {
		return "", fmt.Errorf("writing the archive of %s: %w", ref, err)
	}
	return digest.String(), nil
}

func assemble(ctx context.Context, spec Spec) (v1.Image, error) {
	layer, err := tarball.LayerFromOpener(opener(ctx, spec.Files), tarball.WithCompressionLevel(1), tarball.WithCompressedCaching)
	if err != nil {
		return nil, fmt.Errorf("packing the files: %w", err)
	}
	image, err := mutate.AppendLayers(empty.Image, layer)
	if err != nil {
		return nil, fmt.Errorf("adding the layer: %w", err)
	}
	file, err := image.ConfigFile()
	if err != nil {
		return nil, fmt.Errorf("reading the image's configuration: %w", err)
	}
	file = file.DeepCopy()
	file.OS, file.Architecture = "linux", runtime.GOARCH
	file.Config = v1.Config{Entrypoint: spec.Entrypoint, Env: spec.Env, User: spec.User, Labels: spec.Labels}
	if image, err = mutate.ConfigFile(image, file); err != nil {
		return nil, fmt.Errorf("setting the image's configuration: %w", err)
	}
	return image, nil
}

func write(ctx context.Context, file string, tag name.Tag, image v1.Image) (err error) {
	temp, err := os.CreateTemp(filepath.Dir(file), "."+filepath.Base(file)+"-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(temp.Name()))
		}
	}()
	if err := errors.Join(tarball.Write(tag, image, temp), temp.Sync(), temp.Close(), ctx.Err()); err != nil {
		return err
	}
	return os.Rename(temp.Name(), file)
}

func check(spec Spec) error {
	seen := map[string]bool{}
	for i, f := range spec.Files {
		field := fmt.Sprintf("Files[%d].Path", i)
		switch {
		case !path.IsAbs(f.Path) || path.Clean(f.Path) != f.Path || f.Path == "/":
			return &BadSpecError{Field: field, Found: f.Path, Accepted: "an absolute, clean path below /"}
		case seen[f.Path]:
			return &BadSpecError{Field: field, Found: f.Path, Accepted: "a path that no other file of the image has"}
		}
		seen[f.Path] = true
		sources := 0
		for _, set := range []bool{f.Source != "", f.Content != nil, f.Link != "", f.Mode.IsDir()} {
			if set {
				sources++
			}
		}
		if sources != 1 {
			return &BadSpecError{Field: fmt.Sprintf("Files[%d]", i), Found: f.Path,
				Accepted: "exactly one of Source, Content, Link and a folder's mode"}
		}
	}
	if len(spec.Entrypoint) == 0 || !path.IsAbs(spec.Entrypoint[0]) {
		return &BadSpecError{Field: "Entrypoint", Found: strings.Join(spec.Entrypoint, " "),
			Accepted: "an argument vector that begins with an absolute path"}
	}
	return nil
}
