package nfs3

import "csicert/driver/mount/nfs3/xdr"

func readTime(d *xdr.Decoder) Time { return Time{d.Uint32(), d.Uint32()} }

func readAttr(d *xdr.Decoder) Attr {
	return Attr{
		Type: FileType(d.Uint32()), Mode: d.Uint32(), Links: d.Uint32(), UID: d.Uint32(), GID: d.Uint32(),
		Size: d.Uint64(), Used: d.Uint64(), Major: d.Uint32(), Minor: d.Uint32(),
		FileSystem: d.Uint64(), FileID: d.Uint64(),
		Access: readTime(d), Modify: readTime(d), Made: readTime(d),
	}
}

// readPostOp reads a post_op_attr: attributes that the server may leave out.
func readPostOp(d *xdr.Decoder) *Attr {
	if !d.Bool() {
		return nil
	}
	a := readAttr(d)
	if d.Err() != nil {
		return nil
	}
	return &a
}

// readWeakCache reads a wcc_data and returns the attributes after the call.
func readWeakCache(d *xdr.Decoder) *Attr {
	if d.Bool() {
		d.Fixed(24) // size, mtime and ctime before
	}
	return readPostOp(d)
}

func readHandle(d *xdr.Decoder) Handle { return Handle(d.Opaque(maxHandle)) }

func readVerifier(d *xdr.Decoder) (v Verifier) {
	copy(v[:], d.Fixed(len(v)))
	return v
}

func writeSetAttr(e *xdr.Encoder, s SetAttr) {
	for _, v := range []*uint32{s.Mode, s.UID, s.GID} {
		e.Bool(v != nil)
		if v != nil {
			e.Uint32(*v)
		}
	}
	e.Bool(s.Size != nil)
	if s.Size != nil {
		e.Uint64(*s.Size)
	}
	writeSetTime(e, s.Access, s.AccessNow)
	writeSetTime(e, s.Modify, s.ModifyNow)
}

func writeSetTime(e *xdr.Encoder, t *Time, now bool) {
	switch {
	case now:
		e.Uint32(1)
	case t != nil:
		e.Uint32(2)
		e.Uint32(t.Seconds)
		e.Uint32(t.Nanoseconds)
	default:
		e.Uint32(0)
	}
}

// arguments begins a call's arguments with a handle.
func arguments(h Handle) *xdr.Encoder {
	e := xdr.NewEncoder(256)
	e.String(string(h))
	return e
}

// entryArguments begins a call's arguments with a directory and a name in it.
func entryArguments(dir Handle, name string) *xdr.Encoder {
	e := arguments(dir)
	e.String(name)
	return e
}
