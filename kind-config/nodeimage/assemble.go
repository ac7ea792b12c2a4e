package nodeimage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

const (
	// manifestLabel holds the image's manifest as JSON.
	manifestLabel = "csicert.node.manifest"
	// manifestFile is the same inside the node.
	manifestFile = "kind/csicert-components.json"
	// discardBudget bounds the removal of what an interrupted assembly left in docker.
	discardBudget = 30 * time.Second
)

// assemble streams base, programs and images into docker and gives the result its name last: the name exists only when
// the image is complete.
func (b *builder) assemble(ctx context.Context, stage string) (err error) {
	manifest, err := b.manifest()
	if err != nil {
		return err
	}
	label, err := json.Marshal(manifest)
	if err != nil {
		return fmt.Errorf("writing the manifest: %w", err)
	}
	if err := b.stage(ctx, stage, manifest); err != nil {
		return err
	}
	id, err := b.importRoot(ctx, string(label), stage)
	if err != nil {
		return fmt.Errorf("assembling the node image: %w", err)
	}
	if err := b.finish(ctx, id); err != nil {
		return fmt.Errorf("naming the node image: %w", err)
	}
	return nil
}

// stage lays out the node's file system: base, containerd's store and programs by hard link, which costs no space, and
// the files that only the complete image has.
func (b *builder) stage(ctx context.Context, stage string, manifest Image) error {
	for _, root := range []string{b.rootfs(), filepath.Join(b.dirs.store, "root")} {
		if _, err := b.run(ctx, command{argv: []string{"cp", "--archive", "--link", root + "/.", stage}}); err != nil {
			return fmt.Errorf("laying out the node's file system: %w", err)
		}
	}
	for _, m := range b.pins.modules {
		for binary, folder := range m.node {
			if err := link(filepath.Join(b.built(m.name), binary), filepath.Join(stage, folder, binary)); err != nil {
				return fmt.Errorf("placing %s: %w", binary, err)
			}
		}
	}
	printed, err := b.run(ctx, command{argv: []string{filepath.Join(b.built("containerd"), "ctr"), "oci", "spec"}})
	if err != nil {
		return fmt.Errorf("asking for the default container specification: %w", err)
	}
	spec, err := runtimeSpec(printed)
	if err != nil {
		return err
	}
	components, err := json.MarshalIndent(manifest, "", "  ")
	if err != nil {
		return fmt.Errorf("writing the manifest: %w", err)
	}
	packages, err := os.ReadFile(filepath.Join(b.dirs.base, packageList))
	if err != nil {
		return fmt.Errorf("reading the list of packages: %w", err)
	}
	for name, content := range map[string][]byte{
		"etc/containerd/cri-base.json":        spec,
		"kind/version":                        []byte(b.pins.kubernetes()),
		"kind/manifests/default-storage.yaml": []byte(noStorage),
		"kind/csicert-packages.txt":           packages,
		manifestFile:                          components,
	} {
		if err := place(filepath.Join(stage, name), content); err != nil {
			return fmt.Errorf("placing %s: %w", name, err)
		}
	}
	return os.Chmod(stage, fs.FileMode(0o755)) // it becomes the root of the node's file system
}

// place refuses a file that is there: it would be the base's own, by its other name.
func place(name string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	file, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	return errors.Join(err, file.Close())
}

func link(from, to string) error {
	return errors.Join(os.MkdirAll(filepath.Dir(to), 0o755), os.Link(from, to))
}

// importRoot makes the folder an image without a name and returns its ID. A stream that broke off is refused by tar's own
// exit code: docker would take what had arrived.
func (b *builder) importRoot(ctx context.Context, label, root string) (string, error) {
	reader, writer, err := os.Pipe()
	if err != nil {
		return "", err
	}
	tar := []string{"tar", "--create", "--numeric-owner", "--sort=name", "--exclude=./proc/*", "--exclude=./sys/*", "--exclude=./dev/*", "-C", root, "."}
	sent := make(chan error, 1)
	go func() {
		_, err := b.run(ctx, command{argv: tar, stdout: writer})
		sent <- errors.Join(err, writer.Close())
	}()
	printed, err := b.run(ctx, command{stdin: reader, argv: []string{b.Docker, "import", "--change", "ENV container=docker",
		"--change", `ENTRYPOINT ["/usr/local/bin/entrypoint", "/sbin/init"]`,
		"--change", "LABEL " + manifestLabel + "=" + quote(label), "-"}})
	err = errors.Join(err, reader.Close(), <-sent) // docker's reason first: tar then only says that its pipe broke
	id := strings.TrimSpace(string(printed))
	if err != nil && id != "" {
		err = errors.Join(err, b.discard(ctx, "image", id))
	}
	return id, err
}

// finish names the image and gives it the signal that ends systemd, which an import cannot set: by committing a container
// that is made for this and never runs.
func (b *builder) finish(ctx context.Context, id string) (err error) {
	name := "csicert-node-image-" + b.pins.node
	left, err := b.docker(ctx, "container", "ls", "--all", "--quiet", "--filter", "name=^"+name+"$")
	if err != nil {
		return err
	}
	for _, old := range strings.Fields(string(left)) {
		if err := b.discard(ctx, "container", old); err != nil {
			return err
		}
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, b.discard(ctx, "image", id))
		}
	}()
	if _, err := b.docker(ctx, "container", "create", "--name", name, "--stop-signal", "SIGRTMIN+3", id); err != nil {
		return err
	}
	_, err = b.docker(ctx, "container", "commit", name, b.pins.ref())
	return errors.Join(err, b.discard(ctx, "container", name))
}

// discard removes what only a half-made image needs, also after the caller has been told to stop.
func (b *builder) discard(ctx context.Context, kind, id string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), discardBudget)
	defer cancel()
	_, err := b.docker(ctx, kind, "rm", "--force", id)
	return err
}

// quote writes a value as a Dockerfile instruction takes it.
func quote(value string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, `$`, `\$`).Replace(value) + `"`
}
