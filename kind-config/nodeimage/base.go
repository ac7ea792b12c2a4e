package nodeimage

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// packageList is the file, beside the base file system, that names every Debian package with its version.
const packageList = "packages.txt"

// makeBase installs Debian and kind's own files into dir/rootfs.
func (b *builder) makeBase(ctx context.Context, dir string) error {
	if os.Geteuid() != 0 {
		return &OptionError{Field: "user", Found: fmt.Sprintf("uid %d", os.Geteuid()),
			Accepted: "root, because building a file system with debootstrap makes owners and device files"}
	}
	if err := b.needDebootstrap(ctx); err != nil {
		return err
	}
	root := filepath.Join(dir, "rootfs")
	argv := []string{"debootstrap", "--variant=minbase", "--include=" + strings.Join(packages(), ","), suite, root}
	mirror, err := debianMirror()
	if err != nil {
		return err
	}
	if mirror != "" {
		argv = append(argv, mirror)
	}
	if err := b.isolated(ctx, argv...); err != nil {
		return fmt.Errorf("installing Debian %s: %w", suite, err)
	}
	if err := b.addKind(ctx, root); err != nil {
		return err
	}
	if err := slim(root); err != nil {
		return err
	}
	return b.listPackages(ctx, root, filepath.Join(dir, packageList))
}

// isolated runs a program in a mount and a process namespace of its own: what it mounts is never seen outside, and all
// that it starts ends with it, so that an interrupted step can be deleted without reaching into a mounted /proc.
func (b *builder) isolated(ctx context.Context, argv ...string) error {
	_, err := b.run(ctx, command{env: []string{"DEBIAN_FRONTEND=noninteractive", "LC_ALL=C"},
		argv: append([]string{"unshare", "--mount", "--pid", "--fork", "--kill-child"}, argv...)})
	return err
}

// needDebootstrap installs it where apt can; the key ring is what Ubuntu lacks to check Debian's signatures.
func (b *builder) needDebootstrap(ctx context.Context) error {
	if _, err := exec.LookPath("debootstrap"); err == nil {
		return nil
	}
	if _, err := exec.LookPath("apt-get"); err != nil {
		return &OptionError{Field: "debootstrap", Found: "not installed",
			Accepted: "a machine that has debootstrap, or apt-get to install it"}
	}
	fmt.Fprintln(b.Out, "  installing the package debootstrap with apt-get")
	apt := []string{"apt-get", "-y", "-q", "-o", "DPkg::Lock::Timeout=300"}
	install := append(slices.Clone(apt), "install", "--no-install-recommends", "debootstrap", "debian-archive-keyring")
	for _, argv := range [][]string{append(slices.Clone(apt), "update"), install} {
		if _, err := b.run(ctx, command{env: []string{"DEBIAN_FRONTEND=noninteractive"}, argv: argv}); err != nil {
			return fmt.Errorf("installing debootstrap: %w", err)
		}
	}
	return nil
}

// slim takes away what the node never reads, and what is this machine's rather than the node's.
func slim(root string) error {
	for _, name := range []string{"var/cache/apt/archives", "var/cache/debconf", "usr/share/man", "usr/share/info", "usr/share/locale"} {
		if err := empty(filepath.Join(root, name)); err != nil {
			return fmt.Errorf("slimming the base: %w", err)
		}
	}
	for _, name := range []string{"var/lib/apt/lists", "var/log", "dev"} {
		if err := empty(filepath.Join(root, name)); err != nil {
			return fmt.Errorf("slimming the base: %w", err)
		}
	}
	for _, name := range []string{"etc/resolv.conf", "etc/hostname", "etc/apt/sources.list", "etc/machine-id"} {
		if err := os.Remove(filepath.Join(root, name)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("removing this machine's settings from the base: %w", err)
		}
	}
	return nil
}

func empty(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	for _, entry := range entries {
		err = errors.Join(err, os.RemoveAll(filepath.Join(dir, entry.Name())))
	}
	return err
}

func (b *builder) listPackages(ctx context.Context, root, file string) error {
	list, err := b.run(ctx, command{argv: []string{"dpkg-query", "--admindir=" + filepath.Join(root, "var/lib/dpkg"),
		"--show", "--showformat=${Package} ${Version} ${Architecture}\n"}})
	if err != nil {
		return fmt.Errorf("listing the packages: %w", err)
	}
	lines := bytes.Split(bytes.TrimSpace(list), []byte("\n"))
	slices.SortFunc(lines, bytes.Compare)
	if err := os.WriteFile(file, append(bytes.Join(lines, []byte("\n")), '\n'), privateFile); err != nil {
		return fmt.Errorf("writing the list of packages: %w", err)
	}
	return nil
}
