// Package fusenfs mounts an NFSv3 export by FUSE, for nodes whose kernel
// has no NFS client. It does what NFSv3 can do, with these limits: no
// extended attributes or ACLs, no fallocate, and locks and atomic appends
// hold on one node only. No name is cached, and nothing beyond an open file, so
// that a file closed on one node is seen whole by the next open on another;
// the attributes of what is open may be a second old.
//
// The calls are made as user 0, and the kernel of the node checks
// permissions: the export must not squash root.
//
// A request whose server does not answer waits, as on a hard mount, until
// the process that made it is killed or the mount is aborted. Processes are
// recognised by their number, so a mounter in a container should share the
// host's process namespace; where it cannot see them, any signal ends a
// request that has waited for another five seconds.
package fusenfs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
	"golang.org/x/sys/unix"

	"csicert/driver/mount/mountpoint"
	"csicert/driver/mount/nfs3"
)

// FSType is what /proc/self/mountinfo calls such a mount.
const FSType = "fuse.nfs3"

const (
	maxTransfer   = 1 << 20
	maxBackground = 64
	// attributesKept is how long an open file or folder may be seen as it was: a third of what Linux's own client
	// keeps them for at least (acregmin of nfs(5)). A name is always asked for, which brings its attributes anew.
	attributesKept = time.Second
)

// Export is what a server serves. Ports of 0 are 2049 and the one that the
// server's port mapper says.
type Export struct {
	Server          string // host name or address, resolved at each connect
	Port, MountPort int
	Path            string
}

// Source is the export as mountinfo shows it.
func (e Export) Source() string {
	if strings.Contains(e.Server, ":") {
		return "[" + e.Server + "]:" + e.Path
	}
	return e.Server + ":" + e.Path
}

// Options say how a mount is to behave.
type Options struct {
	ReadOnly, NoSUID, NoDev, NoExec, NoATime bool
	// Synchronous has each write made safe before it returns.
	Synchronous bool
	// AnyPort connects from a port above 1023 too.
	AnyPort bool
	// Soft fails a request that had no answer for so long; 0 waits.
	Soft time.Duration
}

// Mounted is a mount that this process serves.
type Mounted struct {
	target string
	done   chan struct{}
}

// Mount mounts an export on an existing folder and returns when the mount
// answers. When it fails, or the context ends first, nothing stays mounted;
// once it has returned the context has no more to say.
func Mount(ctx context.Context, log *slog.Logger, export Export, target string, options Options) (*Mounted, error) {
	resolved, err := mountpoint.Resolve(target)
	if err != nil {
		return nil, fmt.Errorf("mounting %s: %w", export.Source(), err)
	}
	client, err := nfs3.Dial(ctx, config(export, options))
	if err != nil {
		return nil, fmt.Errorf("mounting %s: %w", export.Source(), err)
	}
	root, err := client.GetAttr(ctx, client.Root())
	if err == nil && root.Type != nfs3.Directory {
		err = unix.ENOTDIR
	}
	if err != nil {
		client.Close()
		return nil, fmt.Errorf("mounting %s: its root: %w", export.Source(), err)
	}
	m, err := serve(log, client, root, export, resolved, options)
	if err != nil {
		client.Close()
		return nil, fmt.Errorf("mounting %s at %s: %w", export.Source(), resolved, err)
	}
	if err := m.settle(ctx); err != nil {
		undo, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
		defer cancel()
		return nil, errors.Join(fmt.Errorf("mounting %s at %s: %w", export.Source(), resolved, err), m.Unmount(undo))
	}
	return m, nil
}

// Reachable asks the server for the export, and mounts nothing.
func Reachable(ctx context.Context, export Export, options Options) error {
	client, err := nfs3.Dial(ctx, config(export, options))
	if err != nil {
		return fmt.Errorf("reaching %s: %w", export.Source(), err)
	}
	client.Close()
	return nil
}

func config(export Export, options Options) nfs3.Config {
	return nfs3.Config{
		Server: export.Server, Port: export.Port, MountPort: export.MountPort, Path: export.Path,
		AnyPort: options.AnyPort, Soft: options.Soft,
	}
}

// serve makes the FUSE mount and begins to answer it.
func serve(log *slog.Logger, client *nfs3.Client, root nfs3.Attr, export Export, target string, options Options) (*Mounted, error) {
	device, err := unix.Open("/dev/fuse", unix.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("opening /dev/fuse: %w", err)
	}
	share := newShare(log.With("source", export.Source(), "target", target), client, device)
	fd, err := mountDevice(device, export.Source(), target, options)
	if err != nil {
		return nil, errors.Join(err, unix.Close(device))
	}
	zero, attributes := time.Duration(0), attributesKept
	handle := client.Root()
	files := fs.NewNodeFS(&node{share: share, handle: handle}, &fs.Options{
		AttrTimeout: &attributes, EntryTimeout: &zero, NegativeTimeout: &zero,
		NullPermissions: true,
		RootStableAttr:  &fs.StableAttr{Ino: root.FileID, Gen: generation(handle)},
	})
	server, err := fuse.NewServer(files, fmt.Sprintf("/dev/fd/%d", fd), &fuse.MountOptions{
		DisableXAttrs: true, MaxWrite: maxTransfer, MaxReadAhead: maxTransfer, MaxBackground: maxBackground,
		Logger: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("starting FUSE: %w", err), unix.Unmount(target, unix.MNT_DETACH), unix.Close(device))
	}
	m := &Mounted{target: target, done: make(chan struct{})}
	go func() {
		server.Serve()
		share.close()
		close(m.done)
	}()
	return m, nil
}

// mountDevice mounts and returns a second descriptor of the device, which
// the FUSE server owns; the first stays with the share.
func mountDevice(device int, source, target string, options Options) (int, error) {
	flags := mountpoint.Flags{
		ReadOnly: options.ReadOnly, NoSUID: options.NoSUID, NoDev: options.NoDev,
		NoExec: options.NoExec, NoATime: options.NoATime,
	}.Bits()
	if options.Synchronous {
		flags |= unix.MS_SYNCHRONOUS
	}
	data := fmt.Sprintf("fd=%d,rootmode=%o,user_id=0,group_id=0,max_read=%d,allow_other,default_permissions",
		device, unix.S_IFDIR, maxTransfer)
	fd, err := unix.FcntlInt(uintptr(device), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return 0, fmt.Errorf("copying the FUSE descriptor: %w", err)
	}
	if err := unix.Mount(source, target, FSType, flags, data); err != nil {
		return 0, errors.Join(fmt.Errorf("mount(2): %w", err), unix.Close(fd))
	}
	return fd, nil
}

// settle waits until the mount answers. The first poll of a file must meet
// go-fuse's own file, or a Go program that polls one of its own mounts locks up.
func (m *Mounted) settle(ctx context.Context) error {
	answered := make(chan error, 1)
	go func() {
		fd, err := unix.Open(m.target+"/.go-fuse-epoll-hack", unix.O_RDONLY|unix.O_CLOEXEC, 0)
		if err == nil {
			_, _ = unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, 0)
			err = unix.Close(fd)
		}
		answered <- err
	}()
	select {
	case err := <-answered:
		if err != nil {
			return fmt.Errorf("asking the new mount: %w", err)
		}
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	var prober mountpoint.Prober
	return prober.Probe(ctx, m.target)
}

// Wait returns when nothing shows the file system any more, or its
// connection to the kernel was aborted.
func (m *Mounted) Wait() { <-m.done }

// Done is closed when Wait returns.
func (m *Mounted) Done() <-chan struct{} { return m.done }

// Unmount removes the mount from its target, and never hangs. Binds of it
// elsewhere are served until they are gone.
func (m *Mounted) Unmount(ctx context.Context) error {
	return mountpoint.Unmount(ctx, m.target)
}
