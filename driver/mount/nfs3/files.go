package nfs3

import (
	"context"
	"fmt"

	"csicert/driver/mount/nfs3/xdr"
)

const (
	procGetAttr     = 1
	procSetAttr     = 2
	procLookup      = 3
	procReadLink    = 5
	procRead        = 6
	procWrite       = 7
	procCreate      = 8
	procMkdir       = 9
	procSymlink     = 10
	procMknod       = 11
	procRemove      = 12
	procRmdir       = 13
	procRename      = 14
	procLink        = 15
	procReadDirPlus = 17
	procFSStat      = 18
	procFSInfo      = 19
	procCommit      = 21
)

const maxPath = 4096

// GetAttr gives a file's attributes.
func (c *Client) GetAttr(ctx context.Context, h Handle) (Attr, error) {
	reply, err := c.call(ctx, procGetAttr, arguments(h))
	if err != nil {
		return Attr{}, fmt.Errorf("GETATTR: %w", err)
	}
	return readAttr(reply.Decoder), reply.Err()
}

// SetAttr changes attributes and gives them as they are then.
func (c *Client) SetAttr(ctx context.Context, h Handle, change SetAttr) (Attr, error) {
	e := arguments(h)
	writeSetAttr(e, change)
	e.Bool(false) // no guard
	reply, err := c.call(ctx, procSetAttr, e)
	if err != nil {
		return Attr{}, fmt.Errorf("SETATTR: %w", err)
	}
	return c.complete(ctx, h, readWeakCache(reply.Decoder), reply.Err())
}

// complete asks for attributes that a reply left out.
func (c *Client) complete(ctx context.Context, h Handle, a *Attr, err error) (Attr, error) {
	if err != nil {
		return Attr{}, err
	}
	if a == nil {
		return c.GetAttr(ctx, h)
	}
	return *a, nil
}

// Lookup finds a name in a directory.
func (c *Client) Lookup(ctx context.Context, dir Handle, name string) (Handle, Attr, error) {
	reply, err := c.call(ctx, procLookup, entryArguments(dir, name))
	if err != nil {
		return "", Attr{}, fmt.Errorf("LOOKUP: %w", err)
	}
	h := readHandle(reply.Decoder)
	found := readPostOp(reply.Decoder)
	if reply.Err() == nil && h == "" {
		return "", Attr{}, fmt.Errorf("LOOKUP: %w: an empty handle", xdr.ErrMalformed)
	}
	a, err := c.complete(ctx, h, found, reply.Err())
	return h, a, err
}

// ReadLink gives a symbolic link's target.
func (c *Client) ReadLink(ctx context.Context, h Handle) ([]byte, error) {
	reply, err := c.call(ctx, procReadLink, arguments(h))
	if err != nil {
		return nil, fmt.Errorf("READLINK: %w", err)
	}
	readPostOp(reply.Decoder)
	target := reply.Opaque(maxPath)
	if err := reply.Err(); err != nil {
		return nil, fmt.Errorf("READLINK: %w", err)
	}
	if len(target) == 0 {
		return nil, fmt.Errorf("READLINK: %w: an empty target", xdr.ErrMalformed)
	}
	return target, nil
}

// Read reads at most size bytes, and at most ReadSize, at the offset. It
// gives fewer at the end of the file, which end then tells, and where the
// server chooses to.
func (c *Client) Read(ctx context.Context, h Handle, offset uint64, size int) (data []byte, end bool, err error) {
	size = min(size, c.readSize)
	e := arguments(h)
	e.Uint64(offset)
	e.Uint32(uint32(size))
	reply, err := c.call(ctx, procRead, e)
	if err != nil {
		return nil, false, fmt.Errorf("READ: %w", err)
	}
	readPostOp(reply.Decoder)
	count := reply.Uint32()
	end = reply.Bool()
	data = reply.Opaque(size)
	if err := reply.Err(); err != nil {
		return nil, false, fmt.Errorf("READ: %w", err)
	}
	if int64(count) != int64(len(data)) {
		return nil, false, fmt.Errorf("READ: %w: %d bytes announced, %d given", xdr.ErrMalformed, count, len(data))
	}
	return data, end, nil
}

// Written is the answer to a write.
type Written struct {
	Count    int
	Stable   bool // the data is safe already
	Verifier Verifier
}

// Write writes data at the offset, at most the server's write size of it.
func (c *Client) Write(ctx context.Context, h Handle, offset uint64, data []byte, how Stability) (Written, error) {
	data = data[:min(len(data), c.sizes.write)]
	e := xdr.NewEncoder(len(data) + 128)
	e.String(string(h))
	e.Uint64(offset)
	e.Uint32(uint32(len(data)))
	e.Uint32(uint32(how))
	e.Opaque(data)
	reply, err := c.call(ctx, procWrite, e)
	if err != nil {
		return Written{}, fmt.Errorf("WRITE: %w", err)
	}
	readWeakCache(reply.Decoder)
	count, committed := reply.Uint32(), reply.Uint32()
	verifier := readVerifier(reply.Decoder)
	if err := reply.Err(); err != nil {
		return Written{}, fmt.Errorf("WRITE: %w", err)
	}
	if len(data) > 0 && count == 0 || int64(count) > int64(len(data)) {
		return Written{}, fmt.Errorf("WRITE: %w: %d bytes written of %d", xdr.ErrMalformed, count, len(data))
	}
	return Written{Count: int(count), Stable: committed != uint32(Unstable), Verifier: verifier}, nil
}

// Commit makes a file's unstable writes safe. The server lost some of them
// when the verifier is not the one that they were answered with.
func (c *Client) Commit(ctx context.Context, h Handle) (Verifier, error) {
	e := arguments(h)
	e.Uint64(0)
	e.Uint32(0) // the whole file
	reply, err := c.call(ctx, procCommit, e)
	if err != nil {
		return Verifier{}, fmt.Errorf("COMMIT: %w", err)
	}
	readWeakCache(reply.Decoder)
	return readVerifier(reply.Decoder), reply.Err()
}

// Space tells how much room the file system has.
func (c *Client) Space(ctx context.Context) (Space, error) {
	reply, err := c.call(ctx, procFSStat, arguments(c.root))
	if err != nil {
		return Space{}, fmt.Errorf("FSSTAT: %w", err)
	}
	readPostOp(reply.Decoder)
	return Space{
		Total: reply.Uint64(), Free: reply.Uint64(), Available: reply.Uint64(),
		TotalFiles: reply.Uint64(), FreeFiles: reply.Uint64(), AvailableFiles: reply.Uint64(),
	}, reply.Err()
}
