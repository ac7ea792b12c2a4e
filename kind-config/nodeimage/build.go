package nodeimage

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"
)

// folders of the finished steps that later steps read.
type folders struct{ base, pause, archives, store string }

func (b *builder) rootfs() string { return filepath.Join(b.dirs.base, "rootfs") }

// built is the folder of a component's binaries.
func (b *builder) built(name string) string {
	if name == "pause" {
		return b.dirs.pause
	}
	for _, m := range b.pins.modules {
		if m.name == name || name == newest && m.module == kubernetesModule {
			return b.cache.step(m.name, m.key)
		}
	}
	return ""
}

// build makes the image, one step at a time but for the base, which waits for the network while programs compile.
func (b *builder) build(ctx context.Context) (image Image, err error) {
	unlock, err := b.cache.lock(ctx, b.Out)
	if err != nil {
		return Image{}, err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	if image, ok, err := b.described(ctx, b.pins.ref()); err != nil || ok {
		return image, err // another process built it while this one waited
	}
	log, err := os.OpenFile(b.cache.logFile(), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, privateFile)
	if err != nil {
		return Image{}, fmt.Errorf("opening the build log: %w", err)
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	b.runner = &runner{log: log, logPath: log.Name()}
	// What goes into the image keeps the modes the recipe gives it, whatever the caller's mask.
	defer syscall.Umask(syscall.Umask(0o022))

	fmt.Fprintf(b.Out, "node image %s: building; the full log is %s\n", b.pins.ref(), log.Name())
	began := time.Now()
	if err := b.pruneUnnamed(ctx); err != nil {
		return Image{}, err
	}
	if err := b.steps(ctx); err != nil {
		return Image{}, fmt.Errorf("building the node image: %w", err)
	}
	if err := b.forgetOld(ctx); err != nil {
		return Image{}, err
	}
	image, ok, err := b.described(ctx, b.pins.ref())
	if err != nil {
		return Image{}, err
	}
	if !ok {
		return Image{}, fmt.Errorf("docker does not have %s after it was built", b.pins.ref())
	}
	fmt.Fprintf(b.Out, "node image %s: complete after %.0f s\n", image.Ref, time.Since(began).Seconds())
	return image, nil
}

// versioned names a step of which each minor version keeps its own result.
func (b *builder) versioned(step string) string {
	if b.Kubernetes == "" {
		return step
	}
	return step + "-" + b.Kubernetes
}

func (b *builder) steps(ctx context.Context) error {
	p := &progress{out: b.Out, total: len(b.pins.modules) + 5}
	lanes, both := errgroup.WithContext(ctx)
	lanes.Go(func() (err error) {
		b.dirs.base, err = b.step(p, "base", b.pins.base, func(dir string) error { return b.makeBase(both, dir) })
		return err
	})
	lanes.Go(func() (err error) {
		if b.dirs.pause, err = b.step(p, "pause", b.pins.pause, func(dir string) error { return b.compilePause(both, dir) }); err != nil {
			return err
		}
		for _, m := range b.pins.modules {
			if _, err := b.step(p, m.name, m.key, func(dir string) error { return b.compile(both, m, dir) }); err != nil {
				return err
			}
		}
		return nil
	})
	err := lanes.Wait()
	if err != nil {
		return err
	}
	if b.dirs.archives, err = b.step(p, b.versioned("images"), b.pins.archives, func(dir string) error { return b.archiveImages(ctx, dir) }); err != nil {
		return err
	}
	if b.dirs.store, err = b.step(p, b.versioned("store"), b.pins.store, func(dir string) error { return b.makeStore(ctx, dir) }); err != nil {
		return err
	}
	return b.final(ctx, p)
}

// step runs one step unless its result is there, and tells the person.
func (b *builder) step(p *progress, name, key string, work func(dir string) error) (string, error) {
	began := time.Now()
	dir, kept, err := b.cache.make(name, key, func(dir string) error {
		p.begin(name)
		return work(dir)
	})
	if err != nil {
		return "", err
	}
	p.end(name, time.Since(began), kept)
	return dir, nil
}

// final has its result in docker rather than in the cache, so its folder is thrown away.
func (b *builder) final(ctx context.Context, p *progress) (err error) {
	began := time.Now()
	p.begin("node image")
	stage, err := os.MkdirTemp(b.cache.temporary(), "stage-*")
	if err != nil {
		return fmt.Errorf("making room for the node image: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(stage)) }()
	if err := b.assemble(ctx, stage); err != nil {
		return err
	}
	p.end("node image", time.Since(began), false)
	return nil
}
