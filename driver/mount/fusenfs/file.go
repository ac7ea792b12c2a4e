package fusenfs

import (
	"context"
	"syscall"

	"github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"

	"csicert/driver/mount/nfs3"
)

// file is one open descriptor; what it knows is all in its node.
type file struct{ node *node }

var (
	_ fs.NodeOpener   = (*node)(nil)
	_ fs.FileReader   = (*file)(nil)
	_ fs.FileWriter   = (*file)(nil)
	_ fs.FileFlusher  = (*file)(nil)
	_ fs.FileFsyncer  = (*file)(nil)
	_ fs.FileReleaser = (*file)(nil)
)

// Open opens a file. The kernel drops what it had cached of it.
func (n *node) Open(_ context.Context, _ uint32) (fs.FileHandle, uint32, syscall.Errno) {
	return n.opened(), 0, 0
}

func (n *node) opened() *file {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.opens++
	return &file{n}
}

// Read reads until the buffer is full or the file ends.
func (f *file) Read(ctx context.Context, dest []byte, offset int64) (fuse.ReadResult, syscall.Errno) {
	share := f.node.share
	ctx, end := share.request(ctx)
	defer end()
	got := 0
	for got < len(dest) {
		data, last, err := share.client.Read(ctx, f.node.handle, uint64(offset)+uint64(got), len(dest)-got)
		if err != nil {
			return nil, share.errno(err)
		}
		if got == 0 && (last || len(data) == len(dest)) {
			return fuse.ReadResultData(data), 0
		}
		got += copy(dest[got:], data)
		if last || len(data) == 0 {
			break
		}
	}
	return fuse.ReadResultData(dest[:got]), 0
}

// Write hands data to the server, which may hold it in memory until a commit.
func (f *file) Write(ctx context.Context, data []byte, offset int64) (uint32, syscall.Errno) {
	share := f.node.share
	ctx, end := share.request(ctx)
	defer end()
	n, err := f.node.writing().WriteAt(ctx, data, uint64(offset))
	if n > 0 && n < len(data) {
		return uint32(n), 0 // the next call meets the error
	}
	return uint32(n), share.errno(err)
}

func (n *node) writing() *nfs3.File {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.writer == nil {
		n.writer = n.share.client.File(n.handle)
	}
	return n.writer
}

// commit makes safe what was written through this node.
func (n *node) commit(ctx context.Context) error {
	n.mu.Lock()
	writer := n.writer
	n.mu.Unlock()
	if writer == nil {
		return nil
	}
	return writer.Commit(ctx)
}

// Flush runs at each close, which is when other nodes may look. A process
// that ends closes its files without being told how that went, and the
// kernel would not let it go before: it waits a moment only, and Release
// goes on with the work.
func (f *file) Flush(ctx context.Context) syscall.Errno {
	share := f.node.share
	inside, end := share.request(ctx)
	defer end()
	inside, leave := context.WithCancel(inside)
	defer leave()
	if caller, known := fuse.FromContext(ctx); known && caller.Pid != 0 {
		whenExiting(inside, caller.Pid, leave)
	}
	return share.errno(f.node.commit(inside))
}

// Fsync makes everything written safe on the server's disk.
func (f *file) Fsync(ctx context.Context, _ uint32) syscall.Errno {
	ctx, end := f.node.share.request(ctx)
	defer end()
	return f.node.share.errno(f.node.commit(ctx))
}

// Release follows the last close of a descriptor and its mappings.
func (f *file) Release(ctx context.Context) syscall.Errno {
	n := f.node
	ctx, end := n.share.request(ctx)
	defer end()
	if err := n.commit(ctx); err != nil { // pages of a mapping come after the close
		n.share.log.Warn("data was not committed before the mount ended", "error", err)
	}
	n.mu.Lock()
	n.opens--
	var gone *place
	var idle *nfs3.File
	if n.opens == 0 {
		gone, n.hidden = n.hidden, nil
		idle, n.writer = n.writer, nil
	}
	n.mu.Unlock()
	if idle != nil {
		idle.Discard()
	}
	if gone == nil {
		return 0
	}
	return n.share.errno(n.share.client.Remove(ctx, gone.dir, gone.name))
}
