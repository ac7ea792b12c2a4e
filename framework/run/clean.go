package run

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"csicert/framework/cluster"
	"csicert/kind-config/engine"
	"csicert/kind-config/nodeimage"
)

// DeleteClusters takes away the named clusters, or all that csicert made when no name is given.
func DeleteClusters(ctx context.Context, o Options, names ...string) error {
	recorded, err := cluster.Recorded(filepath.Join(o.StateDir, "clusters"))
	if err != nil {
		return err
	}
	for _, name := range names {
		if !slices.Contains(recorded, name) {
			found := "one of " + strings.Join(recorded, ", ")
			if len(recorded) == 0 {
				found = "no name, for csicert has made no cluster that is still there"
			}
			return Invalid{"cluster name", fmt.Sprintf("%q, which csicert did not make", name), found}
		}
	}
	if len(names) == 0 {
		names = recorded
	}
	if len(names) == 0 {
		return nil
	}
	e, err := engine.Ensure(ctx, o.engineOptions(0))
	if err != nil {
		return err
	}
	var errs []error
	for _, name := range names {
		err := cluster.Delete(ctx, o.clusterOptions(name, e.Docker))
		if err == nil {
			o.say("clean: deleted cluster %s", name)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// Clean takes away all that csicert put on the machine, but for Debian's packages, which it names. With keepImages the
// node image and what it was built from stay, so that the next run is a warm one.
func Clean(ctx context.Context, o Options, keepImages bool) error {
	packages, err := engine.Packages(o.engineOptions(0))
	if err != nil {
		return err
	}
	if err := DeleteClusters(ctx, o); err != nil {
		return err
	}
	if !keepImages {
		if err := o.removeImages(ctx); err != nil {
			return err
		}
	}
	if _, err := engine.Stop(ctx, o.engineOptions(0)); err != nil { // says itself what it stopped
		return err
	}
	folders := []string{o.programs(), filepath.Join(o.StateDir, "clusters"), o.OutDir}
	if !keepImages {
		folders = append(folders, filepath.Join(o.StateDir, "engine"), filepath.Join(o.StateDir, "images"))
	}
	for _, folder := range folders {
		if err := o.remove(folder); err != nil {
			return err
		}
	}
	// The folder itself may be one that the user had before: only an empty one goes.
	if left, err := os.ReadDir(o.StateDir); err == nil && len(left) == 0 {
		if err := o.remove(o.StateDir); err != nil {
			return err
		}
	}
	if len(packages) > 0 {
		o.say("clean: these Debian packages, installed by csicert, stay: %s (apt-get purge takes them away)", strings.Join(packages, " "))
	}
	return nil
}

// removeImages needs the engine that has the images. Where none was ever used there is nothing to remove.
func (o Options) removeImages(ctx context.Context) error {
	if _, err := os.Stat(filepath.Join(o.StateDir, "images")); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if _, err := exec.LookPath("docker"); err != nil {
		o.say("clean: no docker on this machine, and so no images of csicert's")
		return nil
	}
	e, err := engine.Ensure(ctx, o.engineOptions(0))
	if err != nil {
		return err
	}
	images, err := nodeimage.List(ctx, o.imageOptions(e.Docker))
	if err != nil {
		return err
	}
	if err := nodeimage.Remove(ctx, o.imageOptions(e.Docker)); err != nil {
		return err
	}
	for _, image := range images {
		o.say("clean: removed image %s", image.Ref)
	}
	return nil
}

func (o Options) remove(path string) error {
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err := os.RemoveAll(path); err != nil {
		return fmt.Errorf("removing %s: %w", path, err)
	}
	o.say("clean: removed %s", path)
	return nil
}
