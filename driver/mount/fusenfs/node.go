package fusenfs

import (
	"context"
	"hash/fnv"
	"sync"
	"syscall"

	"github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
	"golang.org/x/sys/unix"

	"csicert/driver/mount/nfs3"
)

const blockSize = 4096

// node is one file, folder or other object of the export.
type node struct {
	fs.Inode
	share  *share
	handle nfs3.Handle

	mu     sync.Mutex
	opens  int
	writer *nfs3.File // made by the first write, kept while it is open
	hidden *place     // where the file waits for its last close after it was removed
}

// place is a name in a directory.
type place struct {
	dir  nfs3.Handle
	name string
}

var (
	_ fs.NodeGetattrer  = (*node)(nil)
	_ fs.NodeSetattrer  = (*node)(nil)
	_ fs.NodeStatfser   = (*node)(nil)
	_ fs.NodeReadlinker = (*node)(nil)
)

// modes are the file types as stat(2) has them.
func modeOf(t nfs3.FileType) uint32 {
	switch t {
	case nfs3.Directory:
		return unix.S_IFDIR
	case nfs3.Block:
		return unix.S_IFBLK
	case nfs3.Character:
		return unix.S_IFCHR
	case nfs3.Symlink:
		return unix.S_IFLNK
	case nfs3.Socket:
		return unix.S_IFSOCK
	case nfs3.FIFO:
		return unix.S_IFIFO
	}
	return unix.S_IFREG
}

func fill(out *fuse.Attr, a nfs3.Attr) {
	out.Ino, out.Size, out.Blocks = a.FileID, a.Size, (a.Used+511)/512
	out.Mode = a.Mode&07777 | modeOf(a.Type)
	out.Nlink, out.Uid, out.Gid = a.Links, a.UID, a.GID
	out.Rdev = uint32(unix.Mkdev(a.Major, a.Minor))
	out.Atime, out.Atimensec = uint64(a.Access.Seconds), a.Access.Nanoseconds
	out.Mtime, out.Mtimensec = uint64(a.Modify.Seconds), a.Modify.Nanoseconds
	out.Ctime, out.Ctimensec = uint64(a.Made.Seconds), a.Made.Nanoseconds
	out.Blksize = maxTransfer
}

// generation tells files apart that had the same number one after the
// other, or have it on two file systems below one export.
func generation(h nfs3.Handle) uint64 {
	hash := fnv.New64a()
	_, _ = hash.Write([]byte(h)) // never fails
	return hash.Sum64()
}

// child returns the inode of an object that the server told of.
func (n *node) child(ctx context.Context, h nfs3.Handle, a nfs3.Attr, out *fuse.EntryOut) *fs.Inode {
	fill(&out.Attr, a)
	return n.NewInode(ctx, &node{share: n.share, handle: h},
		fs.StableAttr{Mode: modeOf(a.Type), Ino: a.FileID, Gen: generation(h)})
}

// Getattr asks the server.
func (n *node) Getattr(ctx context.Context, _ fs.FileHandle, out *fuse.AttrOut) syscall.Errno {
	ctx, end := n.share.request(ctx)
	defer end()
	a, err := n.share.client.GetAttr(ctx, n.handle)
	if err != nil {
		return n.share.errno(err)
	}
	fill(&out.Attr, a)
	return 0
}

// Setattr changes mode, owner, size and times.
func (n *node) Setattr(ctx context.Context, _ fs.FileHandle, in *fuse.SetAttrIn, out *fuse.AttrOut) syscall.Errno {
	ctx, end := n.share.request(ctx)
	defer end()
	change := changeOf(in)
	if change.Size != nil {
		// Otherwise a replay after a restart would bring back what is cut off.
		if err := n.commit(ctx); err != nil {
			return n.share.errno(err)
		}
	}
	a, err := n.share.client.SetAttr(ctx, n.handle, change)
	if err != nil {
		return n.share.errno(err)
	}
	fill(&out.Attr, a)
	return 0
}

func changeOf(in *fuse.SetAttrIn) nfs3.SetAttr {
	var change nfs3.SetAttr
	if v, given := in.GetMode(); given {
		mode := v & 07777
		change.Mode = &mode
	}
	if v, given := in.GetUID(); given {
		change.UID = &v
	}
	if v, given := in.GetGID(); given {
		change.GID = &v
	}
	if v, given := in.GetSize(); given {
		change.Size = &v
	}
	change.AccessNow = in.Valid&fuse.FATTR_ATIME_NOW != 0
	if t, given := in.GetATime(); given && !change.AccessNow {
		at := nfs3.TimeOf(t)
		change.Access = &at
	}
	change.ModifyNow = in.Valid&fuse.FATTR_MTIME_NOW != 0
	if t, given := in.GetMTime(); given && !change.ModifyNow {
		at := nfs3.TimeOf(t)
		change.Modify = &at
	}
	return change
}

// Statfs passes on what the server says of its room.
func (n *node) Statfs(ctx context.Context, out *fuse.StatfsOut) syscall.Errno {
	ctx, end := n.share.request(ctx)
	defer end()
	space, err := n.share.client.Space(ctx)
	if err != nil {
		return n.share.errno(err)
	}
	out.Bsize, out.Frsize, out.NameLen = blockSize, blockSize, 255
	out.Blocks, out.Bfree, out.Bavail = space.Total/blockSize, space.Free/blockSize, space.Available/blockSize
	out.Files, out.Ffree = space.TotalFiles, space.FreeFiles
	return 0
}

// Readlink reads a symbolic link.
func (n *node) Readlink(ctx context.Context) ([]byte, syscall.Errno) {
	ctx, end := n.share.request(ctx)
	defer end()
	target, err := n.share.client.ReadLink(ctx, n.handle)
	return target, n.share.errno(err)
}
