package fusenfs_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

var nameChecks = []check{
	{"O_EXCL refuses a name that is taken", func(t *testing.T, dir string) {
		write(t, dir+"/a", "x")
		_, err := os.OpenFile(dir+"/a", os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		wantErrno(t, err, unix.EEXIST)
	}},
	{"O_EXCL gives the mode asked for", func(t *testing.T, dir string) {
		f, err := os.OpenFile(dir+"/a", os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o640)
		must(t, err)
		must(t, f.Close())
		if s := stat(t, dir+"/a"); s.Mode != unix.S_IFREG|0o640 || s.Size != 0 {
			t.Fatalf("mode %o, size %d", s.Mode, s.Size)
		}
	}},
	{"renaming over a file", func(t *testing.T, dir string) {
		write(t, dir+"/1", "1")
		write(t, dir+"/2", "2")
		must(t, os.Rename(dir+"/1", dir+"/2"))
		wantContent(t, dir+"/2", "1")
	}},
	{"renaming a folder keeps what is in it", func(t *testing.T, dir string) {
		must(t, os.MkdirAll(dir+"/d1/sub", 0o755))
		write(t, dir+"/d1/sub/f", "x")
		must(t, os.Rename(dir+"/d1", dir+"/d2"))
		wantContent(t, dir+"/d2/sub/f", "x")
		write(t, dir+"/d2/sub/f", "y")
		wantContent(t, dir+"/d2/sub/f", "y")
	}},
	{"one name, again and again", func(t *testing.T, dir string) {
		for i := range 20 {
			write(t, dir+"/a", fmt.Sprint(i))
			wantContent(t, dir+"/a", fmt.Sprint(i))
			must(t, os.Remove(dir+"/a"))
		}
	}},
	{"a symbolic link", func(t *testing.T, dir string) {
		write(t, dir+"/a", "zz")
		must(t, os.Symlink("a", dir+"/link"))
		if to, err := os.Readlink(dir + "/link"); err != nil || to != "a" {
			t.Fatalf("link to %q, %v", to, err)
		}
		wantContent(t, dir+"/link", "zz")
	}},
	{"a symbolic link to nowhere", func(t *testing.T, dir string) {
		must(t, os.Symlink("/no/such", dir+"/link"))
		if to, err := os.Readlink(dir + "/link"); err != nil || to != "/no/such" {
			t.Fatalf("link to %q, %v", to, err)
		}
		must(t, os.Remove(dir+"/link"))
	}},
	{"a hard link", func(t *testing.T, dir string) {
		write(t, dir+"/a", "zz")
		must(t, os.Link(dir+"/a", dir+"/b"))
		wantContent(t, dir+"/b", "zz")
		a, b := stat(t, dir+"/a"), stat(t, dir+"/b")
		if a.Ino != b.Ino || a.Nlink != 2 || b.Nlink != 2 {
			t.Fatalf("inodes %d and %d, links %d and %d", a.Ino, b.Ino, a.Nlink, b.Nlink)
		}
	}},
	{"a folder that is not empty stays", func(t *testing.T, dir string) {
		must(t, os.Mkdir(dir+"/d", 0o755))
		write(t, dir+"/d/f", "x")
		wantErrno(t, unix.Rmdir(dir+"/d"), unix.ENOTEMPTY)
	}},
	{"ENOENT, ENOTDIR and EISDIR", func(t *testing.T, dir string) {
		write(t, dir+"/a", "x")
		must(t, os.Mkdir(dir+"/d", 0o755))
		_, err := os.ReadFile(dir + "/none")
		wantErrno(t, err, unix.ENOENT)
		_, err = os.ReadFile(dir + "/a/x")
		wantErrno(t, err, unix.ENOTDIR)
		wantErrno(t, os.Remove(dir+"/none"), unix.ENOENT)
		wantErrno(t, unix.Unlink(dir+"/d"), unix.EISDIR)
	}},
	{"names of 255 bytes, not 256", func(t *testing.T, dir string) {
		name := dir + "/" + strings.Repeat("n", 255)
		write(t, name, "x")
		wantErrno(t, os.WriteFile(name+"n", nil, 0o644), unix.ENAMETOOLONG)
	}},
	{"names of any bytes", func(t *testing.T, dir string) {
		for _, name := range []string{"žluťoučký 文件 \n😀", "b\xff\xfe", ".hidden"} {
			write(t, dir+"/"+name, "u")
			wantContent(t, dir+"/"+name, "u")
			found, err := filepath.Glob(dir + "/*")
			must(t, err)
			if len(found) != 1 || filepath.Base(found[0]) != name {
				t.Fatalf("found %q, want %q", found, name)
			}
			must(t, os.Remove(dir+"/"+name))
		}
	}},
}
