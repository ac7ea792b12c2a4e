// Command nfsmounter mounts NFSv3 exports by FUSE, on nodes whose kernel has
// no NFS client.
//
// As a daemon it mounts for the node plugin, whose mounts so outlive it:
//
//	nfsmounter serve --socket /run/mounter/mounter.sock --state /var/lib/mounter
//
// Run it in a privileged pod with the host's process namespace and with the
// kubelet's folder mounted at its own path with bidirectional propagation.
//
// As a mount helper it mounts once and leaves a process behind that serves
// the mount. Installed as /sbin/mount.nfs and /sbin/mount.nfs4, where
// mount(8) looks before it asks the kernel, it lets other NFS drivers' images
// work as they are:
//
//	nfsmounter mount SERVER:/PATH DIR [-o OPTIONS]
//	mount.nfs SERVER:/PATH DIR [-fnrsvw] [-o OPTIONS]
//
// It speaks NFSv3 also where it is called mount.nfs4 or asked for version 4,
// so the path is the exported one, and asks the server's port mapper for the
// mount daemon unless mountport= names its port. The process that it leaves behind ends
// with the mount, or with the container that it was called in.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
)

const (
	exitUsage = 1
	exitMount = 32 // as mount(8): the mount failed
)

func main() { os.Exit(run(os.Args)) }

// run carries out a command line and returns the exit code.
func run(arguments []string) int {
	root := &cobra.Command{
		Use:           "nfsmounter",
		Short:         "Mount NFSv3 exports by FUSE",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.AddCommand(serveCommand(), mountCommand(), backgroundCommand())
	if strings.HasPrefix(filepath.Base(arguments[0]), "mount.nfs") {
		root.SetArgs(append([]string{"mount"}, arguments[1:]...))
	} else {
		root.SetArgs(arguments[1:])
	}
	err := root.ExecuteContext(context.Background())
	if err == nil {
		return 0
	}
	var failed *mountError
	if errors.As(err, &failed) {
		fmt.Fprintln(os.Stderr, "mount.nfs:", err)
		return exitMount
	}
	fmt.Fprintln(os.Stderr, "nfsmounter:", err)
	return exitUsage
}
