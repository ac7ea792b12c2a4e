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
)

// addKind does to the file system what images/base/Dockerfile of the kind module does after installing packages.
func (b *builder) addKind(ctx context.Context, root string) error {
	files := filepath.Join(b.pins.kind.Dir, "images", "base", "files")
	if err := copyKindFiles(files, root); err != nil {
		return fmt.Errorf("copying kind's node files: %w", err)
	}
	if err := quieten(root); err != nil {
		return fmt.Errorf("removing services a node must not start: %w", err)
	}
	for _, argv := range [][]string{
		{"enable", "kubelet.service", "containerd.service", "undo-mount-hacks.service"},
		{"mask", "systemd-binfmt.service"}, // it would register formats in the host's kernel
	} {
		if err := b.isolated(ctx, append([]string{"chroot", root, "systemctl"}, argv...)...); err != nil {
			return fmt.Errorf("setting up the node's services: %w", err)
		}
	}
	for _, dir := range []string{"etc/kubernetes/manifests", "etc/cni/net.d", "opt/cni/bin", "kind/manifests"} {
		if err := os.MkdirAll(filepath.Join(root, dir), 0o755); err != nil {
			return fmt.Errorf("making the node's folders: %w", err)
		}
	}
	return nil
}

// copyKindFiles gives scripts 0755 and all else 0644, as the Dockerfile does: module files are read-only.
func copyKindFiles(from, root string) error {
	return filepath.WalkDir(from, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, name)
		if err != nil {
			return err
		}
		to := filepath.Join(root, rel)
		if entry.IsDir() {
			return os.MkdirAll(to, 0o755)
		}
		content, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		mode := fs.FileMode(0o644)
		if strings.HasPrefix(rel, "usr/local/bin/") || strings.HasPrefix(rel, "kind/bin/") {
			mode = 0o755
		}
		return errors.Join(os.WriteFile(to, content, mode), os.Chmod(to, mode))
	})
}

// quieten removes the services that Debian starts at boot and that a node in a container must not.
func quieten(root string) error {
	for _, pattern := range []string{
		"usr/lib/systemd/system/sysinit.target.wants/systemd-tmpfiles-setup.service",
		"usr/lib/systemd/system/multi-user.target.wants/*",
		"etc/systemd/system/*.wants/*",
		"usr/lib/systemd/system/local-fs.target.wants/*",
		"usr/lib/systemd/system/sockets.target.wants/*udev*",
		"usr/lib/systemd/system/sockets.target.wants/*initctl*",
		"usr/lib/systemd/system/basic.target.wants/*",
	} {
		names, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			return err
		}
		for _, name := range names {
			if err := os.Remove(name); err != nil {
				return err
			}
		}
	}
	// The host's kernel messages would be taken for the node's.
	journal, err := os.OpenFile(filepath.Join(root, "etc/systemd/journald.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = journal.WriteString("ReadKMsg=no\n")
	if err := errors.Join(err, journal.Close()); err != nil {
		return err
	}
	if _, err := os.Lstat(filepath.Join(root, "sbin/init")); errors.Is(err, os.ErrNotExist) {
		return os.Symlink("/usr/lib/systemd/systemd", filepath.Join(root, "sbin/init"))
	}
	return nil
}

// runtimeSpec is the default specification of a container with kind's hook, which hides the host's product files, and
// without resource limits.
func runtimeSpec(printed []byte) ([]byte, error) {
	var spec map[string]any
	if err := json.Unmarshal(printed, &spec); err != nil {
		return nil, fmt.Errorf("reading the default container specification: %w", err)
	}
	process, ok := spec["process"].(map[string]any)
	if !ok {
		return nil, errors.New("the default container specification has no process")
	}
	delete(process, "rlimits")
	hooks, ok := spec["hooks"].(map[string]any)
	if !ok {
		hooks = map[string]any{}
	}
	before, _ := hooks["createContainer"].([]any) // absent is an empty list
	hooks["createContainer"] = append(before, map[string]any{"path": "/kind/bin/mount-product-files.sh"})
	spec["hooks"] = hooks
	return json.MarshalIndent(spec, "", "  ")
}
