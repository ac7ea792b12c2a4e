// Package xdr writes and reads the few XDR shapes (RFC 4506) that ONC RPC
// and NFSv3 are made of. It is hand written because both directions are
// small, and because a reader of replies from the network must bound every
// length before it trusts it.
package xdr

import "encoding/binary"

// Encoder appends XDR values to a buffer. The zero value is ready to use.
type Encoder struct {
	buffer []byte
}

// NewEncoder returns an encoder whose buffer has room for size bytes.
func NewEncoder(size int) *Encoder {
	return &Encoder{buffer: make([]byte, 0, size)}
}

// Bytes returns what was written so far; it is valid until the next write.
func (e *Encoder) Bytes() []byte { return e.buffer }

// Uint32 writes an unsigned 32-bit number.
func (e *Encoder) Uint32(v uint32) { e.buffer = binary.BigEndian.AppendUint32(e.buffer, v) }

// Uint64 writes an unsigned 64-bit number.
func (e *Encoder) Uint64(v uint64) { e.buffer = binary.BigEndian.AppendUint64(e.buffer, v) }

// Bool writes a boolean.
func (e *Encoder) Bool(v bool) {
	if v {
		e.Uint32(1)
		return
	}
	e.Uint32(0)
}

// Fixed writes bytes whose number both sides know; it must be a multiple of four.
func (e *Encoder) Fixed(p []byte) { e.buffer = append(e.buffer, p...) }

// Opaque writes bytes with their number before them and padding behind.
func (e *Encoder) Opaque(p []byte) {
	e.Uint32(uint32(len(p)))
	e.buffer = append(e.buffer, p...)
	e.pad(len(p))
}

// String writes a string as Opaque does.
func (e *Encoder) String(s string) {
	e.Uint32(uint32(len(s)))
	e.buffer = append(e.buffer, s...)
	e.pad(len(s))
}

func (e *Encoder) pad(n int) {
	for ; n%4 != 0; n++ {
		e.buffer = append(e.buffer, 0)
	}
}
