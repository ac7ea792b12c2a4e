package fusenfs_test

import (
	"fmt"
	"os"
	"sync"
	"testing"

	"csicert/driver/mount/fusenfs"
	"csicert/driver/mount/ganeshatest"
)

// TestTwoMounts is what two nodes see of each other.
func TestTwoMounts(t *testing.T) {
	server := ganeshatest.Run(t, t.TempDir())
	a, _ := mount(t, exportOf(server), fusenfs.Options{})
	b, _ := mount(t, exportOf(server), fusenfs.Options{})
	for _, c := range twoMountChecks {
		t.Run(c.name, func(t *testing.T) {
			sub := folder(t, a)[len(a):]
			c.run(t, a+sub, b+sub)
		})
	}
}

var twoMountChecks = []struct {
	name string
	run  func(t *testing.T, a, b string)
}{
	{"a new file is seen", func(t *testing.T, a, b string) {
		write(t, a+"/s", "one")
		wantContent(t, b+"/s", "one")
	}},
	{"close to open", func(t *testing.T, a, b string) {
		for i := range 50 {
			write(t, b+"/s", fmt.Sprintf("two-%04d", i))
			wantContent(t, a+"/s", fmt.Sprintf("two-%04d", i))
		}
	}},
	{"a rewrite in place of the same size", func(t *testing.T, a, b string) {
		write(t, a+"/s", "thr-9999")
		for i := range 50 {
			f, err := os.OpenFile(b+"/s", os.O_RDWR, 0)
			must(t, err)
			_, err = f.WriteAt(fmt.Appendf(nil, "thr-%04d", i), 0)
			must(t, err)
			must(t, f.Close())
			wantContent(t, a+"/s", fmt.Sprintf("thr-%04d", i))
		}
	}},
	{"a file's growth", func(t *testing.T, a, b string) {
		write(t, a+"/s", "12345678")
		f, err := os.OpenFile(b+"/s", os.O_APPEND|os.O_WRONLY, 0)
		must(t, err)
		finish(t, f, "MORE")
		if s := stat(t, a+"/s"); s.Size != 12 {
			t.Fatalf("size %d, want 12", s.Size)
		}
	}},
	{"a rename", func(t *testing.T, a, b string) {
		write(t, a+"/s", "x")
		stat(t, b+"/s")
		must(t, os.Rename(a+"/s", a+"/s2"))
		if _, err := os.Stat(b + "/s"); !os.IsNotExist(err) {
			t.Fatalf("the old name: %v", err)
		}
		stat(t, b+"/s2")
	}},
	{"a file removed and made anew", func(t *testing.T, a, b string) {
		write(t, a+"/s", "old")
		wantContent(t, a+"/s", "old")
		must(t, os.Remove(b+"/s"))
		write(t, b+"/s", "new")
		wantContent(t, a+"/s", "new")
	}},
	{"a folder's entries", func(t *testing.T, a, b string) {
		for want := range 3 {
			entries, err := os.ReadDir(b)
			must(t, err)
			if len(entries) != want {
				t.Fatalf("%d entries, want %d", len(entries), want)
			}
			write(t, fmt.Sprintf("%s/%d", a, want), "")
		}
	}},
	{"a mode", func(t *testing.T, a, b string) {
		must(t, os.Chmod(a, 0o700))
		if s := stat(t, b); s.Mode&0o777 != 0o700 {
			t.Fatalf("mode %o", s.Mode)
		}
	}},
	{"O_EXCL has one winner", func(t *testing.T, a, b string) {
		for i := range 30 {
			name := fmt.Sprintf("/ex%d", i)
			var racers sync.WaitGroup
			var won [2]bool
			for j, root := range []string{a, b} {
				racers.Go(func() {
					f, err := os.OpenFile(root+name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
					if err == nil {
						won[j] = true
						_ = f.Close()
					}
				})
			}
			racers.Wait()
			if won[0] == won[1] {
				t.Fatalf("race %d: winners %v", i, won)
			}
		}
	}},
	{"appends by turns", func(t *testing.T, a, b string) {
		write(t, a+"/log", "")
		for i := range 20 {
			for _, root := range []string{a, b} {
				f, err := os.OpenFile(root+"/log", os.O_APPEND|os.O_WRONLY, 0)
				must(t, err)
				finish(t, f, fmt.Sprintf("%04d\n", i))
			}
		}
		if s := stat(t, b+"/log"); s.Size != 200 {
			t.Fatalf("size %d, want 200", s.Size)
		}
	}},
}
