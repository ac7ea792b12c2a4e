package fusenfs_test

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sys/unix"
)

var dataChecks = []check{
	{"a file holds what was written", func(t *testing.T, dir string) {
		write(t, dir+"/a", "hello")
		wantContent(t, dir+"/a", "hello")
	}},
	{"appending", func(t *testing.T, dir string) {
		write(t, dir+"/a", "hello")
		f, err := os.OpenFile(dir+"/a", os.O_APPEND|os.O_WRONLY, 0)
		must(t, err)
		for _, word := range []string{" w1", " w2"} {
			_, err = f.WriteString(word)
			must(t, err)
		}
		must(t, f.Close())
		wantContent(t, dir+"/a", "hello w1 w2")
	}},
	{"overwriting the middle", func(t *testing.T, dir string) {
		write(t, dir+"/a", "hello")
		f, err := os.OpenFile(dir+"/a", os.O_RDWR, 0)
		must(t, err)
		_, err = f.WriteAt([]byte("XX"), 2)
		must(t, err)
		must(t, f.Close())
		wantContent(t, dir+"/a", "heXXo")
	}},
	{"truncating down and up", func(t *testing.T, dir string) {
		write(t, dir+"/a", "heXXo w1")
		must(t, os.Truncate(dir+"/a", 4))
		wantContent(t, dir+"/a", "heXX")
		must(t, os.Truncate(dir+"/a", 7))
		wantContent(t, dir+"/a", "heXX\x00\x00\x00")
	}},
	{"truncating an open file with fresh data", func(t *testing.T, dir string) {
		f, err := os.Create(dir + "/a")
		must(t, err)
		_, err = f.WriteString("abcdef")
		must(t, err)
		must(t, f.Truncate(3))
		must(t, f.Close())
		wantContent(t, dir+"/a", "abc")
	}},
	{"opening with O_TRUNC", func(t *testing.T, dir string) {
		write(t, dir+"/a", "long")
		write(t, dir+"/a", "zz")
		wantContent(t, dir+"/a", "zz")
	}},
	{"a hole and an offset beyond 4 GiB", func(t *testing.T, dir string) {
		f, err := os.Create(dir + "/sparse")
		must(t, err)
		defer f.Close()
		_, err = f.WriteAt([]byte("end"), 5<<30)
		must(t, err)
		must(t, f.Sync())
		tail := make([]byte, 3)
		_, err = f.ReadAt(tail, 5<<30)
		must(t, err)
		s := stat(t, dir+"/sparse")
		if string(tail) != "end" || s.Size != 5<<30+3 || s.Blocks > 1024 {
			t.Fatalf("tail %q, size %d, blocks %d", tail, s.Size, s.Blocks)
		}
	}},
	{"fsync of file and folder", func(t *testing.T, dir string) {
		f, err := os.Create(dir + "/a")
		must(t, err)
		_, err = f.WriteString("zz")
		must(t, err)
		must(t, f.Sync())
		must(t, f.Close())
		d, err := os.Open(dir)
		must(t, err)
		must(t, d.Sync())
		must(t, d.Close())
	}},
	{"O_DIRECT", func(t *testing.T, dir string) {
		fd, err := unix.Open(dir+"/direct", unix.O_CREAT|unix.O_RDWR|unix.O_DIRECT, 0o644)
		must(t, err)
		defer unix.Close(fd)
		page, err := unix.Mmap(-1, 0, 8192, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
		must(t, err)
		page[5] = 7
		_, err = unix.Pwrite(fd, page, 0)
		must(t, err)
		page[5] = 0
		_, err = unix.Pread(fd, page, 0)
		must(t, err)
		if page[5] != 7 {
			t.Fatalf("read %d, want 7", page[5])
		}
	}},
	{"a shared mapping that is written to", func(t *testing.T, dir string) {
		write(t, dir+"/mapped", strings.Repeat("a", 8192))
		f, err := os.OpenFile(dir+"/mapped", os.O_RDWR, 0)
		must(t, err)
		m, err := unix.Mmap(int(f.Fd()), 0, 8192, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
		must(t, err)
		must(t, f.Close())
		m[4097] = 'Z' // after the close: only the mapping's end makes it safe
		must(t, unix.Munmap(m))
		got, err := os.ReadFile(dir + "/mapped")
		must(t, err)
		if len(got) != 8192 || got[4097] != 'Z' {
			t.Fatalf("%d bytes, byte 4097 is %q", len(got), got[4097])
		}
	}},
	{"copy_file_range", func(t *testing.T, dir string) {
		write(t, dir+"/from", strings.Repeat("ab", 4096))
		from, err := os.Open(dir + "/from")
		must(t, err)
		defer from.Close()
		to, err := os.Create(dir + "/to")
		must(t, err)
		_, err = io.Copy(to, from)
		must(t, err)
		must(t, to.Close())
		wantContent(t, dir+"/to", strings.Repeat("ab", 4096))
	}},
	{"eight writers at a time", func(t *testing.T, dir string) {
		var writers sync.WaitGroup
		for i := range 8 {
			writers.Go(func() {
				path, data := fmt.Sprintf("%s/w%d", dir, i), bytes.Repeat([]byte{byte(i)}, 1<<20)
				if err := os.WriteFile(path, data, 0o644); err != nil {
					t.Error(err)
				}
				if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, data) {
					t.Errorf("writer %d reads %d other bytes (%v)", i, len(got), err)
				}
			})
		}
		writers.Wait()
	}},
	{"72 MiB have the same digest after a commit in between", func(t *testing.T, dir string) {
		f, err := os.Create(dir + "/big")
		must(t, err)
		written, chunk := sha256.New(), make([]byte, 1<<20)
		for range 72 {
			_, _ = rand.Read(chunk)
			written.Write(chunk)
			_, err := f.Write(chunk)
			must(t, err)
		}
		must(t, f.Close())
		g, err := os.Open(dir + "/big")
		must(t, err)
		defer g.Close()
		read := sha256.New()
		n, err := io.Copy(read, g)
		must(t, err)
		if n != 72<<20 || !bytes.Equal(read.Sum(nil), written.Sum(nil)) {
			t.Fatalf("%d bytes read, digests differ", n)
		}
	}},
	{"statfs passes on the server's room", func(t *testing.T, dir string) {
		var here, there unix.Statfs_t
		must(t, unix.Statfs(dir, &here))
		must(t, unix.Statfs(os.TempDir(), &there))
		total, want := here.Blocks*uint64(here.Bsize), there.Blocks*uint64(there.Bsize)
		if here.Bavail == 0 || here.Files != there.Files || total > want || want-total > 1<<20 {
			t.Fatalf("mount %+v, server's file system %+v", here, there)
		}
	}},
}
