// Package external provides Kubernetes' own storage suite where no registry answers: the suite's program, what it calls,
// and images of this project's making in the place of those that its pods ask for.
package external

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"csicert/kind-config/images"
	"csicert/kind-config/images/contents"
	"csicert/kind-config/nodeimage"
)

// Options of a build.
type Options struct {
	Source   string // root of the checkout
	CacheDir string // the node image's too
	Log      *slog.Logger
	Out      io.Writer // progress for a person
}

// Suite is what a run needs.
type Suite struct {
	Program string // e2e.test
	Ginkgo  string // the command that runs it, of the version that it was built with
	Kubectl string // called by its specs
	Version string // of Kubernetes, such as v1.37.2
	Images  []Image

	registries string
}

// Image is an archive as docker save writes it.
type Image struct {
	Ref     string // as the suite asks for it
	Archive string // path
}

// Environment makes the suite ask for the images under the names that they have.
func (s Suite) Environment() []string { return environment(s.registries) }

// Build makes what is not there yet.
func Build(ctx context.Context, o Options) (suite Suite, err error) {
	const steps = 2
	parts, err := nodeimage.OpenParts(ctx, nodeimage.Options{Source: o.Source, CacheDir: o.CacheDir, Log: o.Log, Out: o.Out}, steps)
	if err != nil {
		return Suite{}, err
	}
	defer func() { err = errors.Join(err, parts.Close()) }()
	programs, version, err := parts.Suite(ctx)
	if err != nil {
		return Suite{}, err
	}
	root, err := parts.Debian(ctx, "e2e-tools", []string{"busybox-static"})
	if err != nil {
		return Suite{}, err
	}
	specs, err := specs(ctx, root, filepath.Join(programs, "agnhost"))
	if err != nil {
		return Suite{}, err
	}
	suite = Suite{Program: filepath.Join(programs, "e2e.test"), Ginkgo: filepath.Join(programs, "ginkgo"), Kubectl: filepath.Join(programs, "kubectl"), Version: version}
	if err := suite.provide(ctx, filepath.Join(o.CacheDir, "external"), specs); err != nil {
		return Suite{}, fmt.Errorf("making the images of the storage suite: %w", err)
	}
	return suite, nil
}

// provide writes the archives and the list of registries into a folder below dir, named by the contents of all images:
// the suite gives the tags, and so only the registry's name can tell one content from another.
func (s *Suite) provide(ctx context.Context, dir string, specs map[string]images.Spec) error {
	key, err := hashOf(specs)
	if err != nil {
		return err
	}
	folder, registry := filepath.Join(dir, key), registryPrefix+key
	if err := forget(dir, key); err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return fmt.Errorf("making the folder of the images: %w", err)
	}
	s.registries = filepath.Join(folder, "registries.yaml")
	if err := os.WriteFile(s.registries, registries(registry), 0o600); err != nil {
		return fmt.Errorf("writing the list of registries: %w", err)
	}
	refs, err := asked(ctx, s.Program, s.registries)
	if err != nil {
		return err
	}
	wanted, err := choose(refs, registry, specs)
	if err != nil {
		return err
	}
	for ref, name := range wanted {
		image := Image{Ref: ref, Archive: filepath.Join(folder, strings.ReplaceAll(strings.TrimPrefix(ref, registry+"/"), ":", "-")+".tar")}
		if err := archive(ctx, image, specs[name]); err != nil {
			return err
		}
		s.Images = append(s.Images, image)
	}
	return nil
}

func archive(ctx context.Context, image Image, spec images.Spec) error {
	if _, err := os.Stat(image.Archive); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	_, err := images.Archive(ctx, image.Archive, image.Ref, spec)
	return err
}

// forget removes what earlier contents left.
func forget(dir, key string) error {
	old, err := filepath.Glob(filepath.Join(dir, strings.Repeat("?", contents.Length)))
	if err != nil {
		return err
	}
	for _, folder := range old {
		if filepath.Base(folder) == key {
			continue
		}
		if err := os.RemoveAll(folder); err != nil {
			return fmt.Errorf("removing old images of the storage suite: %w", err)
		}
	}
	return nil
}
