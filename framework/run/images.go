package run

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"csicert/framework/run/build"
	"csicert/kind-config/engine"
	"csicert/kind-config/nodeimage"
)

// withEngine is what the image verbs need: an engine, and no run.
func (o Options) withEngine(ctx context.Context) (nodeimage.Options, error) {
	e, err := engine.Ensure(ctx, o.engineOptions(0))
	if err != nil {
		return nodeimage.Options{}, err
	}
	return o.imageOptions(e.Docker), nil
}

// ListImages returns the node images that the engine has.
func ListImages(ctx context.Context, o Options) ([]nodeimage.Image, error) {
	images, err := o.withEngine(ctx)
	if err != nil {
		return nil, err
	}
	return nodeimage.List(ctx, images)
}

// BuildImage returns the node image, made if need be.
func BuildImage(ctx context.Context, o Options) (nodeimage.Image, error) {
	driver, err := o.definition()
	if err != nil {
		return nodeimage.Image{}, err
	}
	s := &Session{Options: o, driver: driver}
	if err := room(warmSpace, o.StateDir); err != nil {
		return nodeimage.Image{}, err
	}
	if _, _, err := s.provideEngine(ctx); err != nil {
		return nodeimage.Image{}, err
	}
	_, _, err = s.provideImage(ctx)
	return s.image, err
}

// SaveImage writes the node image to a file.
func SaveImage(ctx context.Context, o Options, path string) error {
	images, err := o.withEngine(ctx)
	if err != nil {
		return err
	}
	return nodeimage.Save(ctx, images, path)
}

// LoadImage gives the engine the node image in a file.
func LoadImage(ctx context.Context, o Options, path string) (nodeimage.Image, error) {
	images, err := o.withEngine(ctx)
	if err != nil {
		return nodeimage.Image{}, err
	}
	return nodeimage.Load(ctx, images, path)
}

// AgentImage builds the image of the workload pods, for a list of what there is.
func AgentImage(ctx context.Context, o Options) (build.Image, error) {
	return build.Agent(ctx, o.buildOptions())
}

// SaveAgentImage writes the image of the workload pods as docker save does, and returns its reference.
func SaveAgentImage(ctx context.Context, o Options, path string) (ref string, err error) {
	image, err := AgentImage(ctx, o)
	if err != nil {
		return "", err
	}
	return image.Ref, saveArchive(image.Archive, path)
}

// SaveHarnessImage writes the image of this program as docker save does, and returns its reference.
func SaveHarnessImage(ctx context.Context, o Options, path string) (ref string, err error) {
	if !build.Carried() {
		return "", Invalid{"csicert image harness", "a csicert that needs its checkout", "the static one, which make binary writes"}
	}
	image, err := build.Harness(ctx, o.buildOptions())
	if err != nil {
		return "", err
	}
	return image.Ref, saveArchive(image.Archive, path)
}

// saveArchive copies an image to a new file.
func saveArchive(archive, path string) error {
	from, err := os.Open(archive)
	if err != nil {
		return fmt.Errorf("reading the image: %w", err)
	}
	defer from.Close() // only read
	to, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, os.ErrExist) {
		return Invalid{"file", path + ", which exists", "the path of a new file"}
	}
	if err != nil {
		return fmt.Errorf("writing the image: %w", err)
	}
	_, err = io.Copy(to, from)
	if err = errors.Join(err, to.Close()); err != nil {
		return errors.Join(fmt.Errorf("writing the image: %w", err), os.Remove(path))
	}
	return nil
}
