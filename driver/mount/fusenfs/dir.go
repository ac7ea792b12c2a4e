package fusenfs

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"syscall"

	"github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"

	"csicert/driver/mount/nfs3"
	"csicert/driver/mount/nfs3/xdr"
)

// dir is an open directory. It holds one page of entries at a time, however
// big the directory is: the server's cookies are the offsets that the kernel sees.
type dir struct {
	node *node

	mu       sync.Mutex
	page     []nfs3.Entry
	cookie   uint64 // of the last entry that was fetched
	verifier nfs3.Verifier
	end      bool       // there are no more pages
	last     nfs3.Entry // the entry given last
}

var (
	_ fs.NodeOpendirHandler = (*node)(nil)
	_ fs.FileReaddirenter   = (*dir)(nil)
	_ fs.FileSeekdirer      = (*dir)(nil)
	_ fs.FileLookuper       = (*dir)(nil)
	_ fs.FileFsyncdirer     = (*dir)(nil)
)

// OpendirHandle opens a directory at its start.
func (n *node) OpendirHandle(context.Context, uint32) (fs.FileHandle, uint32, syscall.Errno) {
	return &dir{node: n}, 0, 0
}

// Fsyncdir has nothing to do: NFSv3 changes of names are safe when answered.
func (d *dir) Fsyncdir(context.Context, uint32) syscall.Errno { return 0 }

// Seekdir goes on behind the entry with that offset, or at the start.
func (d *dir) Seekdir(_ context.Context, offset uint64) syscall.Errno {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.page, d.cookie, d.end = nil, offset, false
	if offset == 0 {
		d.verifier = nfs3.Verifier{}
	}
	return 0
}

// Readdirent gives the next entry, nil at the end.
func (d *dir) Readdirent(ctx context.Context) (*fuse.DirEntry, syscall.Errno) {
	ctx, end := d.node.share.request(ctx)
	defer end()
	d.mu.Lock()
	defer d.mu.Unlock()
	for {
		for len(d.page) > 0 {
			d.last, d.page = d.page[0], d.page[1:]
			if d.last.Name == "" || strings.ContainsAny(d.last.Name, "/\x00") {
				continue // no such name can exist here
			}
			entry := &fuse.DirEntry{Name: d.last.Name, Ino: d.last.FileID, Off: d.last.Cookie}
			if d.last.Attr != nil {
				entry.Mode = modeOf(d.last.Attr.Type)
			}
			return entry, 0
		}
		if d.end {
			return nil, 0
		}
		if err := d.fetch(ctx); err != nil {
			return nil, d.node.share.errno(err)
		}
	}
}

// fetch gets the next page.
func (d *dir) fetch(ctx context.Context) error {
	client := d.node.share.client
	page, verifier, end, err := client.ReadDir(ctx, d.node.handle, d.cookie, d.verifier)
	if errors.Is(err, nfs3.BadCookie) && d.verifier != (nfs3.Verifier{}) {
		// The directory changed. Servers whose cookies outlive that take a zero verifier.
		page, verifier, end, err = client.ReadDir(ctx, d.node.handle, d.cookie, nfs3.Verifier{})
	}
	if err != nil {
		return err
	}
	if len(page) > 0 {
		next := page[len(page)-1].Cookie
		if next == d.cookie && !end {
			return fmt.Errorf("reading a directory: %w: no progress at cookie %d", xdr.ErrMalformed, next)
		}
		d.cookie = next
	}
	d.page, d.verifier, d.end = page, verifier, end
	return nil
}

// Lookup answers for the entry given last from what came with it.
func (d *dir) Lookup(ctx context.Context, name string, out *fuse.EntryOut) (*fs.Inode, syscall.Errno) {
	d.mu.Lock()
	last := d.last
	d.mu.Unlock()
	if last.Name == name && last.Handle != "" && last.Attr != nil {
		return d.node.child(ctx, last.Handle, *last.Attr, out), 0
	}
	return d.node.Lookup(ctx, name, out)
}
