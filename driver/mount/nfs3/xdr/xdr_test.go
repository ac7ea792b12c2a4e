package xdr_test

import (
	"bytes"
	"errors"
	"testing"

	"csicert/driver/mount/nfs3/xdr"
)

func TestRoundTrip(t *testing.T) {
	e := &xdr.Encoder{}
	e.Uint32(7)
	e.Uint64(1 << 40)
	e.Bool(true)
	e.Bool(false)
	for n := range 9 {
		e.Opaque(bytes.Repeat([]byte{0xff}, n))
	}
	e.String("žluť")
	e.Fixed([]byte("12345678"))

	d := xdr.NewDecoder(e.Bytes())
	if a, b, c, f := d.Uint32(), d.Uint64(), d.Bool(), d.Bool(); a != 7 || b != 1<<40 || !c || f {
		t.Fatalf("read %d, %d, %v, %v", a, b, c, f)
	}
	for n := range 9 {
		if got := d.Opaque(8); len(got) != n {
			t.Fatalf("read %d bytes, want %d", len(got), n)
		}
	}
	if s, p := d.String(10), d.Fixed(8); s != "žluť" || string(p) != "12345678" {
		t.Fatalf("read %q, %q", s, p)
	}
	if d.Err() != nil || d.Rest() != 0 {
		t.Fatalf("error %v, %d bytes left", d.Err(), d.Rest())
	}
}

func TestMalformed(t *testing.T) {
	for name, input := range map[string]string{
		"nothing":                     "",
		"a short number":              "\x00\x00\x01",
		"a length beyond its bound":   "\x00\x00\x00\x41" + string(make([]byte, 68)),
		"a length beyond the message": "\x00\x00\x00\x08abcd",
		"a length of 4 GiB":           "\xff\xff\xff\xffabcd",
		"no padding":                  "\x00\x00\x00\x03abc",
	} {
		d := xdr.NewDecoder([]byte(input))
		if p := d.Opaque(64); p != nil || !errors.Is(d.Err(), xdr.ErrMalformed) {
			t.Errorf("%s: read %q, %v", name, p, d.Err())
		}
		if d.Uint32() != 0 || d.Uint64() != 0 || d.Bool() || d.Fixed(4) != nil || d.String(4) != "" {
			t.Errorf("%s: something was read after the error", name)
		}
	}
}
