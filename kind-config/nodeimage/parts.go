package nodeimage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"csicert/kind-config/images"
)

// Parts are what other images of the project are made of: by the same means as the node image, in the same cache, and
// by one process at a time.
type Parts struct {
	b      *builder
	total  *progress
	finish func() error
}

// partsLog is beside the cache's other files; the node image's own log must stay what it is.
const partsLog = "parts.log"

// OpenParts waits for any other build to end. Of Options, Docker is not needed. Steps says how many steps will be asked
// for, for the person who waits. Close gives the cache back.
func OpenParts(ctx context.Context, o Options, steps int) (_ *Parts, err error) {
	b := &builder{Options: o, runner: &runner{log: io.Discard}, cache: cache{o.CacheDir}}
	unlock, err := b.cache.lock(ctx, o.Out)
	if err != nil {
		return nil, err
	}
	log, err := os.OpenFile(filepath.Join(o.CacheDir, partsLog), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, privateFile)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("opening the build log: %w", err), unlock())
	}
	b.runner = &runner{log: log, logPath: log.Name()}
	mask := syscall.Umask(0o022) // what goes into an image keeps its modes, whatever the caller's mask
	finish := func() error {
		syscall.Umask(mask)
		return errors.Join(log.Close(), unlock())
	}
	version, err := b.run(ctx, command{dir: o.Source, argv: []string{"go", "env", "GOVERSION"}})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("asking for the Go version: %w", err), finish())
	}
	b.pins.goVersion = strings.TrimSpace(string(version))
	return &Parts{b: b, total: &progress{out: o.Out, total: steps}, finish: finish}, nil
}

// Close lets another process build.
func (p *Parts) Close() error { return p.finish() }

// sidecars are the programs that stand beside a CSI driver, by the folder of their module below components/.
func sidecars() []component {
	main := func(v string) []string { return []string{"main.version=" + v} }
	return []component{
		{name: "csi-provisioner", module: "github.com/kubernetes-csi/external-provisioner/v6", stamp: main},
		{name: "csi-snapshotter", module: "github.com/kubernetes-csi/external-snapshotter/v8", stamp: main},
		{name: "csi-resizer", module: "github.com/kubernetes-csi/external-resizer/v2", stamp: main},
	}
}

// Sidecar returns the folder with the programs of one of the sidecars' modules: csi-provisioner, csi-snapshotter (with
// snapshot-controller) or csi-resizer.
func (p *Parts) Sidecar(ctx context.Context, name string) (dir string, err error) {
	for _, c := range sidecars() {
		if c.name != name {
			continue
		}
		m, err := readModule(componentDir(p.b.Source, c.name), c, p.b.pins.goVersion)
		if err != nil {
			return "", err
		}
		return p.b.step(p.total, m.name, m.key, func(dir string) error { return p.b.compile(ctx, m, dir) })
	}
	return "", fmt.Errorf("sidecar %q is none of the recipe's", name)
}

// Debian returns the root of a file system with these packages, of the suite that the node has.
func (p *Parts) Debian(ctx context.Context, name string, packages []string) (root string, err error) {
	key := hash(suite, strings.Join(packages, " "), text("base.go"))
	dir, err := p.b.step(p.total, name, key, func(dir string) error { return p.b.makeRoot(ctx, filepath.Join(dir, "rootfs"), packages) })
	return filepath.Join(dir, "rootfs"), err
}

// makeRoot installs Debian with the packages.
func (b *builder) makeRoot(ctx context.Context, root string, packages []string) error {
	if err := b.needDebootstrap(ctx); err != nil {
		return err
	}
	argv := []string{"debootstrap", "--variant=minbase", "--include=" + strings.Join(packages, ","), suite, root}
	mirror, err := debianMirror()
	if err != nil {
		return err
	}
	if mirror != "" {
		argv = append(argv, mirror)
	}
	if err := b.isolated(ctx, argv...); err != nil {
		return fmt.Errorf("installing %s of Debian %s: %w", strings.Join(packages, ", "), suite, err)
	}
	return slim(root)
}

// Closure returns the programs and shared objects at these paths of a root, with all the libraries that they load from
// the architecture's folder. A library elsewhere has to be among the paths.
func Closure(root string, paths ...string) ([]images.File, error) {
	libraries, err := filepath.Glob(filepath.Join(root, "usr/lib/*-linux-gnu"))
	if err != nil || len(libraries) != 1 {
		return nil, errors.Join(err, fmt.Errorf("%d library folders in %s, want one", len(libraries), root))
	}
	c := closure{root: root, libraries: libraries[0], seen: map[string]bool{}}
	for _, name := range paths { // found where it is, not among the architecture's, when another one needs it
		c.seen[filepath.Join(libraries[0], filepath.Base(name))[len(root):]] = true
	}
	var files []images.File
	for _, name := range paths {
		more, err := c.of(name)
		if err != nil {
			return nil, err
		}
		files = append(files, more...)
	}
	return files, nil
}
