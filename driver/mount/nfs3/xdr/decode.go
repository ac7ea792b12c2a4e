package xdr

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// ErrMalformed says that a reply ends early or holds a length beyond its bound.
var ErrMalformed = errors.New("malformed reply")

// Decoder reads XDR values. After the first value that cannot be read every
// further one is zero, and Err says why: callers check once, at the end.
type Decoder struct {
	rest []byte
	err  error
}

// NewDecoder reads from p, which must not change while it is read.
func NewDecoder(p []byte) *Decoder { return &Decoder{rest: p} }

// Err is nil, or wraps ErrMalformed.
func (d *Decoder) Err() error { return d.err }

// Rest is the number of bytes that were not read yet.
func (d *Decoder) Rest() int { return len(d.rest) }

// Uint32 reads an unsigned 32-bit number.
func (d *Decoder) Uint32() uint32 {
	p := d.Fixed(4)
	if p == nil {
		return 0
	}
	return binary.BigEndian.Uint32(p)
}

// Uint64 reads an unsigned 64-bit number.
func (d *Decoder) Uint64() uint64 {
	p := d.Fixed(8)
	if p == nil {
		return 0
	}
	return binary.BigEndian.Uint64(p)
}

// Bool reads a boolean; any number but zero is true.
func (d *Decoder) Bool() bool { return d.Uint32() != 0 }

// Fixed reads n bytes without a length. The slice aliases the reply.
func (d *Decoder) Fixed(n int) []byte {
	if d.err != nil {
		return nil
	}
	if n < 0 || n > len(d.rest) {
		d.fail("%d bytes wanted, %d left", n, len(d.rest))
		return nil
	}
	p := d.rest[:n:n]
	d.rest = d.rest[n:]
	return p
}

// Opaque reads at most limit bytes with their number before them. The slice
// aliases the reply.
func (d *Decoder) Opaque(limit int) []byte {
	n := d.Uint32()
	if d.err == nil && uint64(n) > uint64(limit) {
		d.fail("length %d, at most %d allowed", n, limit)
	}
	if d.err != nil {
		return nil
	}
	p := d.Fixed(int(n))
	d.Fixed(-int(n) & 3)
	if d.err != nil {
		return nil
	}
	return p
}

// String reads a string of at most limit bytes.
func (d *Decoder) String(limit int) string { return string(d.Opaque(limit)) }

func (d *Decoder) fail(format string, args ...any) {
	d.err = fmt.Errorf("%w: %s", ErrMalformed, fmt.Sprintf(format, args...))
	d.rest = nil
}
