package driver

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"csicert/kind-config/images"
	"csicert/kind-config/nodeimage"
)

const (
	folder fs.FileMode = fs.ModeDir | 0o755
	plain  fs.FileMode = 0o644
)

// serverPackages are the NFS server, and the port mapper without which it does not serve NFSv3.
func serverPackages() []string { return []string{"nfs-ganesha", "nfs-ganesha-vfs", "rpcbind"} }

// services has the name by which the port mapper finds its own port; without it rpcbind runs and does not listen.
const services = `sunrpc 111/tcp portmapper
sunrpc 111/udp portmapper
`

// server are the NFS server's files: the programs with the libraries that they load, and the few files of /etc that
// these read. No shell comes with it.
func (b *builder) server(ctx context.Context) ([]images.File, error) {
	root, err := b.parts.Debian(ctx, "nfs-server", serverPackages())
	if err != nil {
		return nil, err
	}
	return serverFiles(root)
}

func serverFiles(root string) ([]images.File, error) {
	paths := []string{"/usr/bin/ganesha.nfsd", "/usr/sbin/rpcbind"}
	for _, pattern := range []string{
		"usr/lib/*/ganesha/*.so",            // plugins
		"usr/lib/ganesha/*.so.*",            // the server itself
		"usr/lib/*/libnfsidmap/nsswitch.so", // loaded by its name
	} {
		found, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil || len(found) == 0 {
			return nil, errors.Join(err, fmt.Errorf("the NFS server has no %s", pattern))
		}
		for _, file := range found {
			paths = append(paths, file[len(root):])
		}
	}
	files, err := nodeimage.Closure(root, paths...)
	if err != nil {
		return nil, fmt.Errorf("gathering the NFS server: %w", err)
	}
	for _, name := range []string{"/etc/netconfig", "/etc/passwd", "/etc/group", "/etc/nsswitch.conf", "/etc/protocols", "/etc/rpc"} {
		if _, err := os.Stat(filepath.Join(root, name)); errors.Is(err, os.ErrNotExist) {
			continue // not of every release
		}
		files = append(files, images.File{Source: filepath.Join(root, name), Path: name, Mode: plain})
	}
	files = append(files,
		images.File{Content: []byte(services), Path: "/etc/services", Mode: plain},
		images.File{Link: "/proc/self/mounts", Path: "/etc/mtab"}, // the server finds the export's file system in it
		images.File{Link: "/run", Path: "/var/run"})               // where the server looks for the port mapper's socket
	return append(files, images.File{Path: "/tmp", Mode: folder}, images.File{Path: "/var/lib/nfs/ganesha", Mode: folder}), nil
}
