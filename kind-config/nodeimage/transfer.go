package nodeimage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"golang.org/x/mod/semver"
)

// Save writes the node image, with its manifest in it, to one file that Load takes on a machine with no network. The
// image must be there: Ensure it first. The file appears complete or not at all.
func Save(ctx context.Context, o Options, path string) (err error) {
	b, err := prepare(ctx, o)
	if err != nil {
		return err
	}
	image, ok, err := b.present(ctx)
	if err != nil {
		return err
	}
	if !ok || image.Origin == Pulled {
		return &OptionError{Field: "node image", Found: "none that was built here",
			Accepted: "an image that a build made; build it first, without a registry"}
	}
	folder, err := os.Stat(filepath.Dir(path))
	if err != nil || !folder.IsDir() {
		return &OptionError{Field: "file", Found: path, Accepted: "a path in a folder that exists"}
	}
	temp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return fmt.Errorf("saving the node image: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(temp.Name()))
		}
	}()
	_, err = b.run(ctx, command{argv: []string{b.Docker, "image", "save", image.Ref}, stdout: temp})
	if err := errors.Join(err, temp.Sync(), temp.Close()); err != nil {
		return fmt.Errorf("saving the node image: %w", err)
	}
	if err := os.Rename(temp.Name(), path); err != nil {
		return fmt.Errorf("saving the node image: %w", err)
	}
	return nil
}

// Load gives docker the image in a file that Save wrote. It is used from then on, also where this checkout would build
// another one, as long as it carries the pinned minor version of Kubernetes.
func Load(ctx context.Context, o Options, path string) (Image, error) {
	b, err := prepare(ctx, o)
	if err != nil {
		return Image{}, err
	}
	ref, err := savedRef(path)
	if err != nil {
		return Image{}, err
	}
	pinned, found := b.pins.kubernetes(), strings.TrimPrefix(ref, repository+":")
	if version, _, _ := strings.Cut(found, "-"); semver.MajorMinor(version) != semver.MajorMinor(pinned) {
		return Image{}, &OptionError{Field: "file", Found: path + " with Kubernetes " + version,
			Accepted: "a node image of Kubernetes " + semver.MajorMinor(pinned)}
	}
	if _, err := b.docker(ctx, "image", "load", "--quiet", "--input", path); err != nil {
		return Image{}, fmt.Errorf("loading the node image: %w", err)
	}
	image, ok, err := b.described(ctx, ref)
	if err != nil {
		return Image{}, err
	}
	if !ok {
		return Image{}, &OptionError{Field: "file", Found: path, Accepted: "a file whose image carries a manifest of its components"}
	}
	if ref != b.pins.ref() {
		b.Log.Warn("the loaded node image was built from other inputs than this checkout's", "loaded", ref, "checkout", b.pins.ref())
	}
	image.Origin = Loaded
	return image, b.cache.choose(image)
}

// savedRef reads the one image name in the file, before docker is given anything.
func savedRef(path string) (string, error) {
	refused := &OptionError{Field: "file", Found: path, Accepted: "a file that `image save` wrote, holding one image named " + repository}
	if info, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) || err == nil && !info.Mode().IsRegular() {
		return "", refused
	}
	manifest, err := tarball.LoadManifest(func() (io.ReadCloser, error) { return os.Open(path) })
	if errors.Is(err, fs.ErrPermission) {
		return "", fmt.Errorf("reading the saved node image: %w", err)
	}
	if err != nil || len(manifest) != 1 || len(manifest[0].RepoTags) != 1 || !strings.HasPrefix(manifest[0].RepoTags[0], repository+":") {
		return "", refused
	}
	return manifest[0].RepoTags[0], nil
}
