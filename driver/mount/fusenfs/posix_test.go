package fusenfs_test

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"csicert/driver/mount/fusenfs"
	"csicert/driver/mount/ganeshatest"
)

// check is one thing that a POSIX file system does; it gets an empty folder.
type check struct {
	name string
	run  func(t *testing.T, dir string)
}

func TestPOSIX(t *testing.T) {
	server := ganeshatest.Run(t, t.TempDir())
	root, _ := mount(t, exportOf(server), fusenfs.Options{})
	must(t, os.Chmod(root, 0o755))
	openPath(t, root)
	for group, checks := range map[string][]check{
		"data": dataChecks, "names": nameChecks, "open": openChecks, "owners": ownerChecks, "special": specialChecks,
		"directories": directoryChecks(server.Export),
	} {
		t.Run(group, func(t *testing.T) {
			for _, c := range checks {
				t.Run(c.name, func(t *testing.T) { c.run(t, folder(t, root)) })
			}
		})
	}
}

// openPath lets other users reach a temporary folder.
func openPath(t *testing.T, path string) {
	t.Helper()
	for ; path != os.TempDir() && path != "/"; path = filepath.Dir(path) {
		must(t, os.Chmod(path, 0o755))
	}
}

func isErrno(err error, want syscall.Errno) bool { return errors.Is(err, want) }
