package nodeimage

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"golang.org/x/mod/semver"
)

// Remove takes away every node image under this package's name, one that was pulled, and the cache folder. It waits for
// a build that is running. Images that a container uses stay, with docker's own error.
func Remove(ctx context.Context, o Options) (err error) {
	b, err := prepare(ctx, o)
	if err != nil {
		return err
	}
	if _, err := os.Stat(b.CacheDir); err == nil {
		unlock, err := b.cache.lock(ctx, b.Out)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, unlock()) }()
	}
	images, err := List(ctx, o)
	if err != nil {
		return err
	}
	for _, image := range images {
		if _, err := b.docker(ctx, "image", "rm", image.Ref); err != nil {
			return fmt.Errorf("removing %s: %w", image.Ref, err)
		}
	}
	if err := b.pruneUnnamed(ctx); err != nil {
		return err
	}
	return b.cache.remove()
}

// pruneUnnamed removes what an import left that was cut off before it got its name: only the label tells it.
func (b *builder) pruneUnnamed(ctx context.Context) error {
	if _, err := b.docker(ctx, "image", "prune", "--force", "--filter", "label="+manifestLabel); err != nil {
		return fmt.Errorf("removing unfinished node images: %w", err)
	}
	return nil
}

// sameMinor tells whether a version is of the minor version that is asked for.
func (b *builder) sameMinor(version string) bool {
	return semver.MajorMinor(version) == semver.MajorMinor(b.pins.kubernetes())
}

// forgetOld removes the images of this minor version that other inputs built, but for one that was loaded and those that a cluster still uses.
func (b *builder) forgetOld(ctx context.Context) error {
	refs, err := b.refs(ctx)
	if err != nil {
		return err
	}
	chosen, err := b.cache.chosen()
	if err != nil {
		return err
	}
	for _, ref := range refs {
		version, _, _ := strings.Cut(strings.TrimPrefix(ref, repository+":"), "-")
		if ref == b.pins.ref() || ref == chosen.Ref || !b.sameMinor(version) {
			continue
		}
		if _, err := b.docker(ctx, "image", "rm", ref); err != nil {
			b.Log.Info("an older node image is kept", "image", ref, "reason", err)
		}
	}
	return nil
}

// remove deletes what open and the build made, by name: the folder may be one the user had already.
func (c cache) remove() error {
	for _, name := range []string{c.steps(), c.temporary(), c.logFile(), c.chosenFile(), c.lockFile()} {
		if err := os.RemoveAll(name); err != nil {
			return fmt.Errorf("removing the image cache: %w", err)
		}
	}
	left, err := os.ReadDir(c.dir)
	if errors.Is(err, os.ErrNotExist) || len(left) > 0 {
		return nil
	}
	if err := errors.Join(err, os.Remove(c.dir)); err != nil {
		return fmt.Errorf("removing the image cache: %w", err)
	}
	return nil
}
