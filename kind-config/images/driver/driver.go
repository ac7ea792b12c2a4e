// Package driver makes the images of the bundled CSI driver and of the sidecars beside it, from Go modules and Debian
// packages, where there is no registry to pull them from.
package driver

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"csicert/kind-config/images"
	"csicert/kind-config/images/contents"
	"csicert/kind-config/nodeimage"
)

// repository is a name that no registry serves: nothing can be pulled in an image's place.
const repository = "csicert.dev/"

// Options of a build.
type Options struct {
	Source   string   // root of the checkout
	CacheDir string   // the node image's too
	Names    []string // of the images; empty means all that are shipped
	Log      *slog.Logger
	Out      io.Writer // progress for a person
}

// Image is an archive as docker save writes it.
type Image struct {
	Name    string // such as nfsplugin
	Ref     string // the tag tells the content
	Archive string // path
}

// recipe says how one image comes to be.
type recipe struct {
	sidecar string // component that has the program of the image's name; empty: the program is this project's own
	links   []string
	server  bool // with the NFS server beside it
}

func recipes() map[string]recipe {
	return map[string]recipe{
		"nfsplugin":           {},
		"mutantplugin":        {},
		"nfsmounter":          {links: []string{"/sbin/mount.nfs", "/sbin/mount.nfs4"}},
		"filer":               {server: true},
		"csi-provisioner":     {sidecar: "csi-provisioner"},
		"csi-snapshotter":     {sidecar: "csi-snapshotter"},
		"snapshot-controller": {sidecar: "csi-snapshotter"},
		"csi-resizer":         {sidecar: "csi-resizer"},
	}
}

// Names lists the images that are shipped: all but the one that proves the harness.
func Names() []string {
	return []string{"nfsplugin", "nfsmounter", "filer", "csi-provisioner", "csi-snapshotter", "snapshot-controller", "csi-resizer"}
}

// Mutant is the name of the image that has the driver's faults.
const Mutant = "mutantplugin"

// Build makes what is not there yet. An image whose inputs did not change is kept.
func Build(ctx context.Context, o Options) (all []Image, err error) {
	names := o.Names
	if len(names) == 0 {
		names = Names()
	}
	b := builder{Options: o, folders: map[string]string{}}
	own, need := b.plan(names)
	if b.parts, err = nodeimage.OpenParts(ctx, nodeimage.Options{Source: o.Source, CacheDir: o.CacheDir, Log: o.Log, Out: o.Out}, need); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, b.parts.Close()) }()
	if err := b.compile(ctx, own); err != nil {
		return nil, err
	}
	for _, name := range names {
		image, err := b.image(ctx, name)
		if err != nil {
			return nil, fmt.Errorf("making image %s: %w", name, err)
		}
		all = append(all, image)
	}
	return all, nil
}

type builder struct {
	Options
	parts   *nodeimage.Parts
	folders map[string]string // component: folder of its programs, or of the NFS server's root
}

// plan lists the project's own programs among the images, and counts the other steps.
func (b *builder) plan(names []string) (own []string, steps int) {
	seen := map[string]bool{}
	for _, name := range names {
		r := recipes()[name]
		if r.sidecar == "" {
			own = append(own, name)
		} else if !seen[r.sidecar] {
			seen[r.sidecar] = true
			steps++
		}
		if r.server {
			steps++
		}
	}
	return own, steps
}

func (b *builder) archives() string { return filepath.Join(b.CacheDir, "driver") }

// image packs a program, under a tag that is its content's.
func (b *builder) image(ctx context.Context, name string) (Image, error) {
	r, known := recipes()[name]
	if !known {
		return Image{}, fmt.Errorf("no recipe; there are %v and %s", Names(), Mutant)
	}
	program := filepath.Join(b.programs(), name)
	if r.sidecar != "" {
		dir, err := b.sidecar(ctx, r.sidecar)
		if err != nil {
			return Image{}, err
		}
		program = filepath.Join(dir, name)
	}
	spec := images.Spec{Files: []images.File{{Source: program, Path: "/" + name, Mode: 0o755}}, Entrypoint: []string{"/" + name}}
	for _, link := range r.links {
		spec.Files = append(spec.Files, images.File{Link: "/" + name, Path: link})
	}
	if r.server {
		server, err := b.server(ctx)
		if err != nil {
			return Image{}, err
		}
		spec.Files, spec.Env = append(spec.Files, server...), []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin"}
	}
	tag, err := contents.Hash(spec)
	if err != nil {
		return Image{}, err
	}
	image := Image{Name: name, Ref: repository + name + ":" + tag, Archive: filepath.Join(b.archives(), name+"-"+tag+".tar")}
	if _, err := os.Stat(image.Archive); !errors.Is(err, fs.ErrNotExist) {
		return image, err
	}
	if err := b.forget(name); err != nil {
		return Image{}, err
	}
	_, err = images.Archive(ctx, image.Archive, image.Ref, spec)
	return image, err
}

// forget removes the archives that earlier contents of the image left.
func (b *builder) forget(name string) error {
	old, err := filepath.Glob(filepath.Join(b.archives(), name+"-????????????.tar"))
	if err != nil {
		return err
	}
	for _, file := range old {
		if err := os.Remove(file); err != nil {
			return fmt.Errorf("removing an old image: %w", err)
		}
	}
	return nil
}

func (b *builder) sidecar(ctx context.Context, name string) (string, error) {
	if dir, done := b.folders[name]; done {
		return dir, nil
	}
	dir, err := b.parts.Sidecar(ctx, name)
	b.folders[name] = dir
	return dir, err
}
