package fusenfs_test

import (
	"io"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

var openChecks = []check{
	{"an open file survives its rename", func(t *testing.T, dir string) {
		f := created(t, dir+"/1", "a")
		must(t, os.Rename(dir+"/1", dir+"/2"))
		finish(t, f, "b")
		wantContent(t, dir+"/2", "ab")
	}},
	{"an open file survives its folder's rename", func(t *testing.T, dir string) {
		must(t, os.Mkdir(dir+"/d1", 0o755))
		f := created(t, dir+"/d1/f", "a")
		must(t, os.Rename(dir+"/d1", dir+"/d2"))
		finish(t, f, "b")
		wantContent(t, dir+"/d2/f", "ab")
	}},
	{"an open file survives its removal and leaves nothing", func(t *testing.T, dir string) {
		f := created(t, dir+"/a", "data")
		must(t, os.Remove(dir+"/a"))
		_, err := os.Stat(dir + "/a")
		wantErrno(t, err, unix.ENOENT)
		stillReads(t, f, "data")
		finish(t, f, "more")
		wantNoHidden(t, dir)
	}},
	{"an open file survives what is renamed over it", func(t *testing.T, dir string) {
		f := created(t, dir+"/a", "old")
		write(t, dir+"/b", "new")
		must(t, os.Rename(dir+"/b", dir+"/a"))
		stillReads(t, f, "old")
		wantContent(t, dir+"/a", "new")
		must(t, f.Close())
		wantNoHidden(t, dir)
	}},
	{"both names of an open file can be removed", func(t *testing.T, dir string) {
		f := created(t, dir+"/a", "data")
		must(t, os.Link(dir+"/a", dir+"/b"))
		must(t, os.Remove(dir+"/a"))
		must(t, os.Remove(dir+"/b"))
		stillReads(t, f, "data")
		must(t, f.Close())
		wantNoHidden(t, dir)
	}},
	{"locks hold on this node", func(t *testing.T, dir string) {
		f := created(t, dir+"/lock", "")
		defer f.Close()
		g, err := os.OpenFile(dir+"/lock", os.O_RDWR, 0)
		must(t, err)
		defer g.Close()
		must(t, unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB))
		wantErrno(t, unix.Flock(int(g.Fd()), unix.LOCK_EX|unix.LOCK_NB), unix.EWOULDBLOCK)
		must(t, unix.FcntlFlock(f.Fd(), unix.F_SETLK, &unix.Flock_t{Type: unix.F_WRLCK}))
	}},
}

func created(t *testing.T, path, content string) *os.File {
	t.Helper()
	f, err := os.Create(path)
	must(t, err)
	_, err = f.WriteString(content)
	must(t, err)
	return f
}

func finish(t *testing.T, f *os.File, content string) {
	t.Helper()
	_, err := f.WriteString(content)
	must(t, err)
	must(t, f.Close())
}

func stillReads(t *testing.T, f *os.File, want string) {
	t.Helper()
	got, err := io.ReadAll(io.NewSectionReader(f, 0, 100))
	must(t, err)
	if string(got) != want {
		t.Fatalf("the open file reads %q, want %q", got, want)
	}
}

// wantNoHidden waits for the last close, which the kernel reports late.
func wantNoHidden(t *testing.T, dir string) {
	t.Helper()
	eventually(t, "the hidden file is gone", func() bool {
		entries, err := os.ReadDir(dir)
		must(t, err)
		for _, e := range entries {
			if strings.HasPrefix(e.Name(), ".nfs") {
				return false
			}
		}
		return true
	})
}
