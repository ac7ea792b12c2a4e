package payload_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"

	"csicert/framework/payload"
)

// forgetful does what it is asked for and says EEXIST, as a file server does that was killed before it could answer and
// is asked again. What is made under the name of another's is not what was asked for.
type forgetful struct {
	*fs.LoopbackNode
	folder  string // that is mounted
	another string
}

func (f *forgetful) WrapChild(_ context.Context, ops fs.InodeEmbedder) fs.InodeEmbedder {
	return &forgetful{LoopbackNode: ops.(*fs.LoopbackNode), folder: f.folder, another: f.another}
}

// made says EEXIST of what was made, which is another's symlink where the name is such.
func (f *forgetful) made(name string, make func() (*fs.Inode, syscall.Errno)) (*fs.Inode, syscall.Errno) {
	if name == f.another {
		return nil, fs.ToErrno(errors.Join(os.Symlink("elsewhere", filepath.Join(f.folder, f.Path(f.Root()), name)), syscall.EEXIST))
	}
	if _, errno := make(); errno != 0 {
		return nil, errno
	}
	return nil, syscall.EEXIST
}

func (f *forgetful) Create(ctx context.Context, name string, flags, mode uint32, out *fuse.EntryOut) (*fs.Inode, fs.FileHandle, uint32, syscall.Errno) {
	inode, file, more, errno := f.LoopbackNode.Create(ctx, name, flags, mode, out)
	if errno == 0 && flags&syscall.O_EXCL != 0 {
		return nil, nil, 0, syscall.EEXIST
	}
	return inode, file, more, errno
}

func (f *forgetful) Mkdir(ctx context.Context, name string, mode uint32, out *fuse.EntryOut) (*fs.Inode, syscall.Errno) {
	return f.made(name, func() (*fs.Inode, syscall.Errno) { return f.LoopbackNode.Mkdir(ctx, name, mode, out) })
}

func (f *forgetful) Mknod(ctx context.Context, name string, mode, device uint32, out *fuse.EntryOut) (*fs.Inode, syscall.Errno) {
	return f.made(name, func() (*fs.Inode, syscall.Errno) { return f.LoopbackNode.Mknod(ctx, name, mode, device, out) })
}

func (f *forgetful) Symlink(ctx context.Context, target, name string, out *fuse.EntryOut) (*fs.Inode, syscall.Errno) {
	return f.made(name, func() (*fs.Inode, syscall.Errno) { return f.LoopbackNode.Symlink(ctx, target, name, out) })
}

func (f *forgetful) Link(ctx context.Context, target fs.InodeEmbedder, name string, out *fuse.EntryOut) (*fs.Inode, syscall.Errno) {
	return f.made(name, func() (*fs.Inode, syscall.Errno) { return f.LoopbackNode.Link(ctx, target, name, out) })
}

// forgetfully mounts such a file system.
func forgetfully(t *testing.T, another string) (root string) {
	t.Helper()
	root = t.TempDir()
	folder := t.TempDir()
	loopback, err := fs.NewLoopbackRoot(folder)
	if err != nil {
		t.Fatal(err)
	}
	options := &fs.Options{NullPermissions: true, MountOptions: fuse.MountOptions{DirectMount: true}}
	server, err := fs.Mount(root, &forgetful{loopback.(*fs.LoopbackNode), folder, another}, options)
	if err != nil {
		t.Fatalf("mounting: %v", err)
	}
	t.Cleanup(func() {
		if err := server.Unmount(); err != nil {
			t.Errorf("unmounting: %v", err)
		}
	})
	return root
}

func TestWriteGetsOnWhereItIsToldThatItsOwnExists(t *testing.T) {
	needRoot(t)
	root, tree := forgetfully(t, ""), payload.Mixed(7)
	if err := tree.Write(t.Context(), root); err != nil {
		t.Fatal(err)
	}
	same(t, recipe(t, tree), walk(t, root), payload.Content, payload.Links, payload.Modes)
}

func TestWriteTakesNothingOfAnotherForItsOwn(t *testing.T) {
	needRoot(t)
	for _, name := range []string{"plain", "relative", "fifo", "hard-2"} {
		t.Run(name, func(t *testing.T) {
			err := payload.Mixed(7).Write(t.Context(), forgetfully(t, name))
			if !errors.Is(err, os.ErrExist) || !strings.Contains(err.Error(), name) {
				t.Errorf("error %v", err)
			}
		})
	}
}
