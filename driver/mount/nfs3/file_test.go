package nfs3_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"csicert/driver/mount/nfs3"
	"csicert/driver/mount/nfs3/xdr"
)

func within(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func dial(t *testing.T, s *fakeServer) *nfs3.Client {
	t.Helper()
	c, err := nfs3.Dial(within(t), nfs3.Config{Server: "127.0.0.1", Port: s.port, MountPort: s.port, Path: "/export"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// TestReplay loses what was not committed, as a server's crash does, and
// lets a newer write lie over an older one.
func TestReplay(t *testing.T) {
	s := newFakeServer(t)
	f := dial(t, s).File("file")
	put := func(data string, offset uint64) {
		t.Helper()
		if n, err := f.WriteAt(within(t), []byte(data), offset); err != nil || n != len(data) {
			t.Fatalf("wrote %d bytes, %v", n, err)
		}
	}
	put("aaaaaaaa", 0)
	put("bbbb", 2)
	s.crash()
	if s.stable() != "" {
		t.Fatalf("the fake server kept %q over its crash", s.stable())
	}
	if err := f.Commit(within(t)); err != nil {
		t.Fatal(err)
	}
	if got := s.stable(); got != "aabbbbaa" {
		t.Fatalf("after the replay the server holds %q", got)
	}
	put("cc", 0)
	s.crash()
	put("dd", 4) // its answer tells of the crash
	if got := s.stable(); got != "ccbbddaa" {
		t.Fatalf("after the second replay the server holds %q", got)
	}
}

func TestCommitBound(t *testing.T) {
	s := newFakeServer(t)
	f := dial(t, s).File("file")
	megabyte := make([]byte, 1<<20)
	for i := range uint64(40) {
		if _, err := f.WriteAt(within(t), megabyte, i<<20); err != nil {
			t.Fatal(err)
		}
	}
	if n := s.commits(); n != 1 {
		t.Fatalf("%d commits while 40 MiB were written, want 1", n)
	}
}

func TestSoft(t *testing.T) {
	s := newFakeServer(t)
	c, err := nfs3.Dial(within(t), nfs3.Config{
		Server: "127.0.0.1", Port: s.port, MountPort: s.port, Path: "/export", Soft: 100 * time.Millisecond,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	s.mute()
	if _, err := c.GetAttr(within(t), c.Root()); err == nil || within(t).Err() != nil {
		t.Fatalf("error %v", err)
	}
}

// TestHostileResults cuts every reply at every length and fills it with
// ones: whatever comes of it, it must be an error and no panic.
func TestHostileResults(t *testing.T) {
	s := newFakeServer(t)
	c := dial(t, s)
	calls := map[string]func() error{
		"GETATTR":     func() error { _, err := c.GetAttr(within(t), "h"); return err },
		"SETATTR":     func() error { _, err := c.SetAttr(within(t), "h", nfs3.SetAttr{}); return err },
		"LOOKUP":      func() error { _, _, err := c.Lookup(within(t), "h", "n"); return err },
		"READLINK":    func() error { _, err := c.ReadLink(within(t), "h"); return err },
		"READ":        func() error { _, _, err := c.Read(within(t), "h", 0, 10); return err },
		"WRITE":       func() error { _, err := c.Write(within(t), "h", 0, []byte("x"), nfs3.Unstable); return err },
		"CREATE":      func() error { _, _, err := c.Create(within(t), "h", "n", nfs3.SetAttr{}); return err },
		"LINK":        func() error { _, err := c.Link(within(t), "h", "h", "n"); return err },
		"READDIRPLUS": func() error { _, _, _, err := c.ReadDir(within(t), "h", 0, nfs3.Verifier{}); return err },
		"FSSTAT":      func() error { _, err := c.Space(within(t)); return err },
		"COMMIT":      func() error { _, err := c.Commit(within(t), "h"); return err },
	}
	for name, call := range calls {
		t.Run(name, func(t *testing.T) {
			for _, filler := range []byte{0x00, 0x01, 0xff} {
				for size := 0; size < 16; size += 3 {
					body := append(make([]byte, 4), bytes.Repeat([]byte{filler}, size)...) // status 0
					s.answerWith(body)
					if err := call(); err == nil {
						t.Errorf("%d bytes of %#x were taken", size, filler)
					}
				}
			}
			s.answerWith([]byte{0, 0})
			if err := call(); !errors.Is(err, xdr.ErrMalformed) {
				t.Errorf("half a status: %v", err)
			}
		})
	}
}

func TestStatus(t *testing.T) {
	for status, want := range map[nfs3.Status]string{
		2: "no such file", 13: "permission denied", 66: "directory not empty", 70: "stale", 10001: "stale",
		28: "no space", 69: "quota", 10004: "not supported", 12345: "input/output",
	} {
		if text := fmt.Sprint(status.Unwrap()); !bytes.Contains([]byte(text), []byte(want)) {
			t.Errorf("status %d is %q, want %q", status, text, want)
		}
	}
}
