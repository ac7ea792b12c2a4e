package nfs3

import (
	"context"
	crand "crypto/rand"
	"errors"
	"fmt"

	"csicert/driver/mount/nfs3/xdr"
)

const (
	createUnchecked = 0
	createExclusive = 2
)

// Create makes a regular file, or opens the one that is there.
func (c *Client) Create(ctx context.Context, dir Handle, name string, as SetAttr) (Handle, Attr, error) {
	e := entryArguments(dir, name)
	e.Uint32(createUnchecked)
	writeSetAttr(e, as)
	return c.create(ctx, "CREATE", procCreate, e, dir, name)
}

// CreateExclusive makes a regular file and fails with EEXIST when the name
// is taken. It stays right when the server is restarted in the midst: the
// server keeps a token with the file and knows the same call again, unless
// it ended between making the file and keeping the token. Then, as of Mkdir,
// Symlink and Mknod that are sent again, the answer is EEXIST: nobody can
// say whose the name is, and that somebody else has it is the safe answer.
func (c *Client) CreateExclusive(ctx context.Context, dir Handle, name string, as SetAttr) (Handle, Attr, error) {
	var token Verifier
	_, _ = crand.Read(token[:]) // never fails
	e := entryArguments(dir, name)
	e.Uint32(createExclusive)
	e.Fixed(token[:])
	h, _, err := c.create(ctx, "CREATE", procCreate, e, dir, name)
	if err != nil {
		return "", Attr{}, err
	}
	as.AccessNow, as.ModifyNow = true, true // the server may keep the token in the times
	a, err := c.SetAttr(ctx, h, as)
	if err != nil {
		return "", Attr{}, errors.Join(err, c.Remove(ctx, dir, name))
	}
	return h, a, nil
}

// Mkdir makes a directory.
func (c *Client) Mkdir(ctx context.Context, dir Handle, name string, as SetAttr) (Handle, Attr, error) {
	e := entryArguments(dir, name)
	writeSetAttr(e, as)
	return c.create(ctx, "MKDIR", procMkdir, e, dir, name)
}

// Symlink makes a symbolic link to target.
func (c *Client) Symlink(ctx context.Context, dir Handle, name, target string, as SetAttr) (Handle, Attr, error) {
	e := entryArguments(dir, name)
	writeSetAttr(e, as)
	e.String(target)
	return c.create(ctx, "SYMLINK", procSymlink, e, dir, name)
}

// Mknod makes a fifo, a socket or a device; major and minor are the device's.
func (c *Client) Mknod(ctx context.Context, dir Handle, name string, kind FileType, major, minor uint32, as SetAttr) (Handle, Attr, error) {
	e := entryArguments(dir, name)
	e.Uint32(uint32(kind))
	writeSetAttr(e, as)
	if kind == Block || kind == Character {
		e.Uint32(major)
		e.Uint32(minor)
	}
	return c.create(ctx, "MKNOD", procMknod, e, dir, name)
}

// create makes one of the calls that answer with a new object.
func (c *Client) create(ctx context.Context, what string, procedure uint32, e *xdr.Encoder, dir Handle, name string) (Handle, Attr, error) {
	reply, err := c.call(ctx, procedure, e)
	if err != nil {
		return "", Attr{}, fmt.Errorf("%s: %w", what, err)
	}
	var h Handle
	if reply.Bool() {
		h = readHandle(reply.Decoder)
	}
	a := readPostOp(reply.Decoder)
	if err := reply.Err(); err != nil {
		return "", Attr{}, fmt.Errorf("%s: %w", what, err)
	}
	if h == "" {
		return c.Lookup(ctx, dir, name)
	}
	made, err := c.complete(ctx, h, a, nil)
	return h, made, err
}

// Remove removes a name that is not a directory's.
func (c *Client) Remove(ctx context.Context, dir Handle, name string) error {
	reply, err := c.call(ctx, procRemove, entryArguments(dir, name))
	if err != nil && !repeated(reply, err, statusNoEntry) {
		return fmt.Errorf("REMOVE: %w", err)
	}
	return nil
}

// Rmdir removes an empty directory.
func (c *Client) Rmdir(ctx context.Context, dir Handle, name string) error {
	reply, err := c.call(ctx, procRmdir, entryArguments(dir, name))
	if err != nil && !repeated(reply, err, statusNoEntry) {
		return fmt.Errorf("RMDIR: %w", err)
	}
	return nil
}

// Rename moves a name, over what had the new one.
func (c *Client) Rename(ctx context.Context, from Handle, name string, to Handle, newName string) error {
	e := entryArguments(from, name)
	e.String(string(to))
	e.String(newName)
	reply, err := c.call(ctx, procRename, e)
	if repeated(reply, err, statusNoEntry) {
		if _, _, missing := c.Lookup(ctx, to, newName); missing == nil {
			return nil
		}
	}
	if err != nil {
		return fmt.Errorf("RENAME: %w", err)
	}
	return nil
}

// Link gives a file one more name and returns its attributes.
func (c *Client) Link(ctx context.Context, h, dir Handle, name string) (Attr, error) {
	e := arguments(h)
	e.String(string(dir))
	e.String(name)
	reply, err := c.call(ctx, procLink, e)
	if repeated(reply, err, statusExists) {
		if found, a, missing := c.Lookup(ctx, dir, name); missing == nil && found == h {
			return a, nil
		}
	}
	if err != nil {
		return Attr{}, fmt.Errorf("LINK: %w", err)
	}
	return c.complete(ctx, h, readPostOp(reply.Decoder), reply.Err())
}

// ReadDir reads the entries behind a cookie, 0 being the start; verifier is
// that of the reply before. The last page says end.
func (c *Client) ReadDir(ctx context.Context, dir Handle, cookie uint64, verifier Verifier) (page []Entry, next Verifier, end bool, err error) {
	e := arguments(dir)
	e.Uint64(cookie)
	e.Fixed(verifier[:])
	e.Uint32(uint32(c.sizes.directory / 4))
	e.Uint32(uint32(c.sizes.directory))
	reply, err := c.call(ctx, procReadDirPlus, e)
	if err != nil {
		return nil, verifier, false, fmt.Errorf("READDIRPLUS: %w", err)
	}
	readPostOp(reply.Decoder)
	next = readVerifier(reply.Decoder)
	for reply.Bool() {
		entry := Entry{FileID: reply.Uint64(), Name: reply.String(maxPath), Cookie: reply.Uint64()}
		entry.Attr = readPostOp(reply.Decoder)
		if reply.Bool() {
			entry.Handle = readHandle(reply.Decoder)
		}
		if reply.Err() != nil {
			break
		}
		page = append(page, entry)
	}
	end = reply.Bool()
	if err := reply.Err(); err != nil {
		return nil, verifier, false, fmt.Errorf("READDIRPLUS: %w", err)
	}
	if len(page) == 0 {
		end = true
	}
	return page, next, end, nil
}
