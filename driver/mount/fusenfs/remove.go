package fusenfs

import (
	"context"
	"fmt"
	"syscall"
	"time"

	"github.com/hanwen/go-fuse/v2/fs"
)

var (
	_ fs.NodeUnlinker = (*node)(nil)
	_ fs.NodeRmdirer  = (*node)(nil)
	_ fs.NodeRenamer  = (*node)(nil)
)

// Unlink removes a name. A file that is open here stays on the server under
// a hidden name until its last close, as NFSv3 knows no open files.
func (n *node) Unlink(ctx context.Context, name string) syscall.Errno {
	ctx, end := n.share.request(ctx)
	defer end()
	if file := n.openChild(name); file != nil {
		return n.share.errno(n.hide(ctx, file, name))
	}
	return n.share.errno(n.share.client.Remove(ctx, n.handle, name))
}

// Rmdir removes an empty directory.
func (n *node) Rmdir(ctx context.Context, name string) syscall.Errno {
	ctx, end := n.share.request(ctx)
	defer end()
	return n.share.errno(n.share.client.Rmdir(ctx, n.handle, name))
}

// Rename moves a name; an open file that it would replace is hidden first.
// Exchanging names and refusing to replace are beyond NFSv3.
func (n *node) Rename(ctx context.Context, name string, newParent fs.InodeEmbedder, newName string, flags uint32) syscall.Errno {
	to, ok := newParent.(*node)
	if !ok || flags != 0 {
		return syscall.EINVAL
	}
	ctx, end := n.share.request(ctx)
	defer end()
	replaced := to.openChild(newName)
	if replaced != nil && n.GetChild(name) != replaced.EmbeddedInode() {
		if err := to.hide(ctx, replaced, newName); err != nil {
			return n.share.errno(err)
		}
	}
	return n.share.errno(n.share.client.Rename(ctx, n.handle, name, to.handle, newName))
}

// openChild returns the file of that name if it is open and not hidden yet.
func (n *node) openChild(name string) *node {
	inode := n.GetChild(name)
	if inode == nil || inode.IsDir() {
		return nil
	}
	file, ok := inode.Operations().(*node)
	if !ok {
		return nil
	}
	file.mu.Lock()
	defer file.mu.Unlock()
	if file.opens == 0 || file.hidden != nil {
		return nil
	}
	return file
}

// hide renames an open file so that its last close can remove it.
func (n *node) hide(ctx context.Context, file *node, name string) error {
	hidden := fmt.Sprintf(".nfs%016x%04x", time.Now().UnixNano(), n.share.hidden.Add(1))
	if err := n.share.client.Rename(ctx, n.handle, name, n.handle, hidden); err != nil {
		return err
	}
	file.mu.Lock()
	closed := file.opens == 0
	if !closed {
		file.hidden = &place{dir: n.handle, name: hidden}
	}
	file.mu.Unlock()
	if closed { // while it was renamed
		return n.share.client.Remove(ctx, n.handle, hidden)
	}
	return nil
}
