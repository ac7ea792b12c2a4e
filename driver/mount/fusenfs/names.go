package fusenfs

import (
	"context"
	"syscall"

	"github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
	"golang.org/x/sys/unix"

	"csicert/driver/mount/nfs3"
)

var (
	_ fs.NodeLookuper  = (*node)(nil)
	_ fs.NodeCreater   = (*node)(nil)
	_ fs.NodeMkdirer   = (*node)(nil)
	_ fs.NodeMknoder   = (*node)(nil)
	_ fs.NodeSymlinker = (*node)(nil)
	_ fs.NodeLinker    = (*node)(nil)
)

// Lookup finds a name.
func (n *node) Lookup(ctx context.Context, name string, out *fuse.EntryOut) (*fs.Inode, syscall.Errno) {
	inside, end := n.share.request(ctx)
	defer end()
	h, a, err := n.share.client.Lookup(inside, n.handle, name)
	if err != nil {
		return nil, n.share.errno(err)
	}
	return n.child(ctx, h, a, out), 0
}

// born gives the attributes of a new object: owned by the caller, and by
// the directory's group where that is set to hand it down.
func (n *node) born(ctx, inside context.Context, mode uint32) (nfs3.SetAttr, error) {
	permissions := mode & 07777
	as := nfs3.SetAttr{Mode: &permissions}
	caller, known := fuse.FromContext(ctx)
	if !known {
		return as, nil
	}
	uid, gid := caller.Uid, caller.Gid
	as.UID, as.GID = &uid, &gid
	parent, err := n.share.client.GetAttr(inside, n.handle)
	if err != nil {
		return as, err
	}
	if parent.Mode&unix.S_ISGID != 0 {
		as.GID = nil
		if mode&unix.S_IFMT == unix.S_IFDIR {
			permissions |= unix.S_ISGID
		}
	}
	return as, nil
}

// Create makes a regular file and opens it.
func (n *node) Create(ctx context.Context, name string, flags, mode uint32, out *fuse.EntryOut) (*fs.Inode, fs.FileHandle, uint32, syscall.Errno) {
	inside, end := n.share.request(ctx)
	defer end()
	as, err := n.born(ctx, inside, mode)
	if err != nil {
		return nil, nil, 0, n.share.errno(err)
	}
	create := n.share.client.Create
	if flags&unix.O_EXCL != 0 {
		create = n.share.client.CreateExclusive
	} else if flags&unix.O_TRUNC != 0 {
		as.Size = new(uint64) // another node may have made it meanwhile
	}
	h, a, err := create(inside, n.handle, name, as)
	if err != nil {
		return nil, nil, 0, n.share.errno(err)
	}
	inode := n.child(ctx, h, a, out)
	file, ok := inode.Operations().(*node)
	if !ok || a.Type != nfs3.Regular {
		return nil, nil, 0, syscall.EIO
	}
	return inode, file.opened(), 0, 0
}

// Mkdir makes a directory.
func (n *node) Mkdir(ctx context.Context, name string, mode uint32, out *fuse.EntryOut) (*fs.Inode, syscall.Errno) {
	return n.make(ctx, mode|unix.S_IFDIR, out, func(inside context.Context, as nfs3.SetAttr) (nfs3.Handle, nfs3.Attr, error) {
		return n.share.client.Mkdir(inside, n.handle, name, as)
	})
}

// Symlink makes a symbolic link.
func (n *node) Symlink(ctx context.Context, target, name string, out *fuse.EntryOut) (*fs.Inode, syscall.Errno) {
	return n.make(ctx, 0777|unix.S_IFLNK, out, func(inside context.Context, as nfs3.SetAttr) (nfs3.Handle, nfs3.Attr, error) {
		return n.share.client.Symlink(inside, n.handle, name, target, as)
	})
}

// Mknod makes a fifo, a socket, a device or, as some callers do, a file.
func (n *node) Mknod(ctx context.Context, name string, mode, device uint32, out *fuse.EntryOut) (*fs.Inode, syscall.Errno) {
	return n.make(ctx, mode, out, func(inside context.Context, as nfs3.SetAttr) (nfs3.Handle, nfs3.Attr, error) {
		var kind nfs3.FileType
		switch mode & unix.S_IFMT {
		case unix.S_IFREG, 0:
			return n.share.client.CreateExclusive(inside, n.handle, name, as)
		case unix.S_IFIFO:
			kind = nfs3.FIFO
		case unix.S_IFSOCK:
			kind = nfs3.Socket
		case unix.S_IFCHR:
			kind = nfs3.Character
		case unix.S_IFBLK:
			kind = nfs3.Block
		default:
			return "", nfs3.Attr{}, syscall.EINVAL
		}
		major, minor := unix.Major(uint64(device)), unix.Minor(uint64(device))
		return n.share.client.Mknod(inside, n.handle, name, kind, major, minor, as)
	})
}

// make makes an object with the attributes that are due to it.
func (n *node) make(ctx context.Context, mode uint32, out *fuse.EntryOut,
	call func(context.Context, nfs3.SetAttr) (nfs3.Handle, nfs3.Attr, error),
) (*fs.Inode, syscall.Errno) {
	inside, end := n.share.request(ctx)
	defer end()
	as, err := n.born(ctx, inside, mode)
	if err != nil {
		return nil, n.share.errno(err)
	}
	h, a, err := call(inside, as)
	if err != nil {
		return nil, n.share.errno(err)
	}
	return n.child(ctx, h, a, out), 0
}

// Link gives a file one more name.
func (n *node) Link(ctx context.Context, target fs.InodeEmbedder, name string, out *fuse.EntryOut) (*fs.Inode, syscall.Errno) {
	file, ok := target.(*node)
	if !ok {
		return nil, syscall.EXDEV
	}
	inside, end := n.share.request(ctx)
	defer end()
	a, err := n.share.client.Link(inside, file.handle, n.handle, name)
	if err != nil {
		return nil, n.share.errno(err)
	}
	return n.child(ctx, file.handle, a, out), 0
}
