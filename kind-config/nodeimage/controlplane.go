package nodeimage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"

	"csicert/kind-config/images"
)

// archiveList is the file, beside the archives, that names the images with their digests.
const archiveList = "images.json"

// archived is one container image that the node carries.
type archived struct {
	Name   string // last element of the reference, with its tag
	Ref    string // as kubeadm or containerd's configuration asks for it
	Digest string // of the manifest
	File   string // archive, in the step's folder
}

// program is the image's name without its tag, as programs() has it.
func (a archived) program() string {
	name, _, _ := strings.Cut(a.Name, ":")
	return name
}

// sandbox finds the image that containerd starts for every pod.
var sandbox = regexp.MustCompile(`(?m)^\s*sandbox_image\s*=\s*"([^"]+)"`)

// archiveImages writes one archive for each image that the control plane will ask for. The references are asked of the
// tools themselves, so that they always fit the pinned version.
func (b *builder) archiveImages(ctx context.Context, dir string) error {
	refs, err := b.wanted(ctx)
	if err != nil {
		return err
	}
	var all []archived
	for _, ref := range refs {
		one := archived{Name: path.Base(ref), Ref: ref, File: strings.ReplaceAll(path.Base(ref), ":", "-") + ".tar"}
		name := one.program()
		p, ok := programs()[name]
		if !ok {
			return fmt.Errorf("kubeadm %s asks for the image %q, which this recipe does not make", b.pins.kubernetes(), name)
		}
		spec, err := b.specOf(name, p)
		if err != nil {
			return err
		}
		if one.Digest, err = images.Archive(ctx, filepath.Join(dir, one.File), ref, spec); err != nil {
			return fmt.Errorf("making the image %s: %w", one.Name, err)
		}
		all = append(all, one)
	}
	content, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		return fmt.Errorf("listing the images: %w", err)
	}
	if err := os.WriteFile(filepath.Join(dir, archiveList), content, privateFile); err != nil {
		return fmt.Errorf("listing the images: %w", err)
	}
	return nil
}

// wanted asks kubeadm and kind's containerd configuration for the references, each once.
func (b *builder) wanted(ctx context.Context) ([]string, error) {
	kubeadm := filepath.Join(b.built("kubernetes"), "kubeadm")
	printed, err := b.run(ctx, command{argv: []string{kubeadm, "config", "images", "list", "--kubernetes-version", b.pins.kubernetes()}})
	if err != nil {
		return nil, fmt.Errorf("asking kubeadm for its images: %w", err)
	}
	config, err := os.ReadFile(filepath.Join(b.rootfs(), "etc/containerd/config.toml"))
	if err != nil {
		return nil, fmt.Errorf("asking containerd's configuration for the sandbox image: %w", err)
	}
	found := sandbox.FindSubmatch(config)
	if found == nil {
		return nil, errors.New("kind's containerd configuration names no sandbox image")
	}
	var refs []string
	seen := map[string]bool{}
	for _, ref := range append(strings.Fields(string(printed)), string(found[1])) {
		if !seen[ref] {
			refs, seen[ref] = append(refs, ref), true
		}
	}
	return refs, nil
}

func (b *builder) specOf(name string, p program) (images.Spec, error) {
	spec := images.Spec{
		Files: []images.File{
			{Source: filepath.Join(b.built(p.component), p.binary), Path: p.path, Mode: 0o755},
			{Path: "/tmp", Mode: fs.ModeDir | fs.ModeSticky | 0o777},
		},
		Entrypoint: []string{p.path},
		Env:        []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"},
		Labels:     map[string]string{"csicert.program": name},
	}
	if !p.network {
		return spec, nil
	}
	tools, err := networkTools(b.rootfs())
	if err != nil {
		return spec, fmt.Errorf("collecting the packet filter's tools: %w", err)
	}
	spec.Files = append(spec.Files, tools...)
	return spec, nil
}

func readArchived(dir string) ([]archived, error) {
	content, err := os.ReadFile(filepath.Join(dir, archiveList))
	if err != nil {
		return nil, fmt.Errorf("reading the list of images: %w", err)
	}
	var all []archived
	if err := json.Unmarshal(content, &all); err != nil {
		return nil, fmt.Errorf("reading the list of images: %w", err)
	}
	return all, nil
}
