package nodeimage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"sigs.k8s.io/kind/pkg/apis/config/defaults"
)

// builder is one call's view of the options, the pins and the finished steps.
type builder struct {
	Options
	*runner
	cache cache
	pins  pins
	dirs  folders
}

// Ensure returns a node image of the pinned Kubernetes that docker has, pulling or building it if need be. With
// unchanged inputs it costs well under two seconds. Errors: *OptionError, those of the programs it runs, ctx's.
func Ensure(ctx context.Context, o Options) (Image, error) {
	return ensure(ctx, o, remoteProber{})
}

func ensure(ctx context.Context, o Options, p prober) (Image, error) {
	b, err := prepare(ctx, o)
	if err != nil {
		return Image{}, err
	}
	if image, ok, err := b.present(ctx); err != nil || ok {
		return image, err
	}
	if !o.Build {
		if image, ok, err := b.pull(ctx, p); err != nil || ok {
			return image, err
		}
	}
	return b.build(ctx)
}

// prepare checks the options and reads the pins; it changes nothing on the machine.
func prepare(ctx context.Context, o Options) (*builder, error) {
	for field, value := range map[string]string{"Source": o.Source, "CacheDir": o.CacheDir, "Docker": o.Docker} {
		if value == "" {
			return nil, &OptionError{Field: field, Found: value, Accepted: "a path"}
		}
	}
	if info, err := os.Stat(filepath.Join(o.Source, "go.mod")); err != nil || info.IsDir() {
		return nil, &OptionError{Field: "Source", Found: o.Source, Accepted: "the folder of the checkout, which holds go.mod"}
	}
	var err error
	for _, path := range []*string{&o.Source, &o.CacheDir} {
		if *path, err = filepath.Abs(*path); err != nil {
			return nil, fmt.Errorf("finding the node image's folders: %w", err)
		}
	}
	if err := o.pinned(); err != nil {
		return nil, err
	}
	b := &builder{Options: o, runner: &runner{log: io.Discard}, cache: cache{o.CacheDir}}
	if b.pins, err = readPins(ctx, o.Source, o.Kubernetes, b.runner); err != nil {
		return nil, fmt.Errorf("reading what the node image is made of: %w", err)
	}
	return b, nil
}

// Minors are the versions that Options.Kubernetes may ask for, as folders of components pin them in this checkout.
func Minors(source string) ([]string, error) {
	folders, err := filepath.Glob(componentDir(source, newest+"-*"))
	if err != nil {
		return nil, fmt.Errorf("looking for pinned versions of Kubernetes: %w", err)
	}
	var minors []string
	for _, folder := range folders {
		minors = append(minors, strings.TrimPrefix(filepath.Base(folder), newest+"-"))
	}
	return minors, nil
}

// pinned refuses a version that is none of Minors.
func (o Options) pinned() error {
	minors, err := Minors(o.Source)
	if err != nil || o.Kubernetes == "" || slices.Contains(minors, o.Kubernetes) {
		return err
	}
	return &OptionError{Field: "Kubernetes", Found: o.Kubernetes, Accepted: "nothing, for the newest, or one of " + strings.Join(minors, ", ")}
}

// present looks for an image that needs no work: the one these inputs build or, unless a build was asked for, one that
// was pulled or loaded before.
func (b *builder) present(ctx context.Context) (Image, bool, error) {
	chosen, err := b.cache.chosen()
	if err != nil {
		return Image{}, false, err
	}
	if !b.sameMinor(chosen.Kubernetes) {
		chosen = Image{}
	}
	image, ok, err := b.described(ctx, b.pins.ref())
	if err != nil {
		return Image{}, false, err
	}
	if ok && chosen.Ref == image.Ref && !b.Build {
		image.Origin = chosen.Origin
	}
	if ok || b.Build || chosen.Ref == "" {
		return image, ok, nil
	}
	found, err := b.inspect(ctx, chosen.Ref)
	if err != nil || found == nil || chosen.Kubernetes == "" {
		return Image{}, false, err
	}
	b.Log.Info("using a node image that was not built from this checkout", "image", chosen.Ref, "origin", chosen.Origin)
	return chosen, true, nil
}

// pull takes kind's own node image where a registry has it. A pull that fails is no error: building is left.
func (b *builder) pull(ctx context.Context, p prober) (Image, bool, error) {
	ref := defaults.Image
	yes, reason := decide(ctx, p, ref, b.pins.kubernetes())
	if err := ctx.Err(); err != nil {
		return Image{}, false, fmt.Errorf("looking for a registry: %w", err)
	}
	if !yes {
		fmt.Fprintf(b.Out, "node image: %s: building it\n", reason)
		return Image{}, false, nil
	}
	fmt.Fprintf(b.Out, "node image: %s: pulling it\n", reason)
	bounded, cancel := context.WithTimeout(ctx, pullBudget)
	defer cancel()
	if _, err := b.docker(bounded, "pull", "--quiet", ref); err != nil {
		if ctx.Err() != nil {
			return Image{}, false, fmt.Errorf("pulling the node image: %w", ctx.Err())
		}
		b.Log.Warn("the node image could not be pulled", "reason", "docker pull failed or took longer than "+pullBudget.String())
		fmt.Fprintln(b.Out, "node image: the pull failed: building it")
		return Image{}, false, nil
	}
	found, err := b.inspect(ctx, ref)
	if err != nil {
		return Image{}, false, err
	}
	if found == nil {
		return Image{}, false, errors.New("docker pulled the node image and does not have it")
	}
	image := Image{Ref: ref, Kubernetes: versionOf(ref), Origin: Pulled, HasCNI: true,
		Components: []Component{{Name: "kind node image", Version: versionOf(ref), Source: "pulled by digest, as the kind module names it", Digest: found.ID}}}
	return image, true, b.cache.choose(image)
}
