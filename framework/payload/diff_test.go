package payload_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"csicert/framework/payload"
)

// damage is one way in which a volume can be wrong, and all that must be said about it.
type damage struct {
	name string
	do   func(at func(string) string) error
	// aspect that must be asked for; 0: seen whatever is asked for.
	aspect payload.Aspect
	want   []string // "path: what"
}

func damages() []damage {
	always := payload.Aspect(0)
	return []damage{
		{"a file is lost", func(at func(string) string) error { return os.Remove(at("sizes/4096")) },
			always, []string{"sizes/4096: missing"}},
		{"an empty directory is lost", func(at func(string) string) error { return os.Remove(at(deepest + "/empty")) },
			always, []string{deepest + "/empty: missing"}},
		{"the last of all is lost", func(at func(string) string) error { return os.Remove(at("sizes/65537")) },
			always, []string{"sizes/65537: missing"}},
		{"the first of all is lost", func(at func(string) string) error { return os.Remove(at("../-mixed-7")) },
			always, []string{"-mixed-7: missing"}},
		{"a file too many", func(at func(string) string) error { return os.WriteFile(at("sizes/more"), nil, 0o644) },
			always, []string{"sizes/more: extra"}},
		{"a fifo is lost", func(at func(string) string) error { return os.Remove(at("fifo")) },
			always, []string{"fifo: missing"}},
		{"renamed", func(at func(string) string) error { return os.Rename(at("sizes/1"), at("sizes/one")) },
			always, []string{"sizes/1: missing", "sizes/one: extra"}},
		{"normalised", func(at func(string) string) error { return os.Rename(at("names/e\u0301-nfd"), at("names/\u00e9-nfd")) },
			always, []string{"names/e\u0301-nfd: missing", "names/\u00e9-nfd: extra"}},
		{"a directory became a symlink", func(at func(string) string) error {
			if err := os.Remove(at(deepest + "/empty")); err != nil {
				return err
			}
			return os.Symlink("../..", at(deepest+"/empty"))
		}, always, []string{deepest + "/empty: type"}},
		{"a fifo became a file", func(at func(string) string) error {
			if err := os.Remove(at("fifo")); err != nil {
				return err
			}
			return os.WriteFile(at("fifo"), nil, 0o620)
		}, always, []string{"fifo: type"}},
		{"one bit of a block", func(at func(string) string) error { return flip(at("sizes/4096"), 4095) },
			payload.Content, []string{"sizes/4096: bytes"}},
		{"one bit in megabytes", func(at func(string) string) error { return flip(at("sizes/3150049"), 2<<20) },
			payload.Content, []string{"sizes/3150049: bytes"}},
		{"cut by a byte", func(at func(string) string) error { return os.Truncate(at("sizes/4097"), 4096) },
			payload.Content, []string{"sizes/4097: size", "sizes/4097: bytes"}},
		{"zeros appended", func(at func(string) string) error { return os.Truncate(at("sizes/4095"), 4096) },
			payload.Content, []string{"sizes/4095: size", "sizes/4095: bytes"}},
		{"another target", func(at func(string) string) error {
			if err := os.Remove(at("links/dangling")); err != nil {
				return err
			}
			return os.Symlink("elsewhere", at("links/dangling"))
		}, payload.Links, []string{"links/dangling: target"}},
		{"permissions of a file", func(at func(string) string) error { return os.Chmod(at("sizes/1"), 0o640) },
			payload.Modes, []string{"sizes/1: mode"}},
		{"permissions of a directory", func(at func(string) string) error { return os.Chmod(at("modes/private"), 0o750) },
			payload.Modes, []string{"modes/private: mode"}},
		{"setuid dropped", func(at func(string) string) error { return os.Chmod(at("modes/setuid-file"), 0o755) },
			payload.Modes, []string{"modes/setuid-file: mode"}},
		{"setgid of a directory dropped", func(at func(string) string) error { return os.Chmod(at("modes/setgid"), 0o775) },
			payload.Modes, []string{"modes/setgid: mode"}},
		{"sticky dropped", func(at func(string) string) error { return os.Chmod(at("modes/sticky"), 0o777) },
			payload.Modes, []string{"modes/sticky: mode"}},
		{"mode of what nobody may read", func(at func(string) string) error { return os.Chmod(at("modes/none"), 0o400) },
			payload.Modes, []string{"modes/none: mode"}},
		{"another uid", func(at func(string) string) error { return os.Lchown(at("sizes/1"), 1000, -1) },
			payload.Owners, []string{"sizes/1: uid"}},
		{"another gid", func(at func(string) string) error { return os.Lchown(at("modes"), -1, 1000) },
			payload.Owners, []string{"modes: gid"}},
		{"owner of a symlink", func(at func(string) string) error { return os.Lchown(at("links/owned"), 0, 0) },
			payload.Owners, []string{"links/owned: uid", "links/owned: gid"}},
		{"a nanosecond", func(at func(string) string) error { return later(at("sizes/4097")) },
			payload.Times, []string{"sizes/4097: mtime"}},
		{"time of a directory", func(at func(string) string) error { return later(at("modes/private")) },
			payload.Times, []string{"modes/private: mtime"}},
		{"a hard link became a copy", func(at func(string) string) error { return copied(at("links/hard-2")) },
			payload.HardLinks, []string{"links/hard-2: hard link"}},
		{"the first of a group became a copy", func(at func(string) string) error { return copied(at("links/elsewhere/hard-3")) },
			payload.HardLinks, []string{"links/elsewhere/hard-3: hard link", "links/hard-1: hard link", "links/hard-2: hard link"}},
		{"all hard links became copies", func(at func(string) string) error {
			return errors.Join(copied(at("links/hard-1")), copied(at("links/hard-2")))
		}, payload.HardLinks, []string{"links/elsewhere/hard-3: hard link", "links/hard-1: hard link", "links/hard-2: hard link"}},
		{"a hole filled", func(at func(string) string) error { return filled(at("holes/between"), 3<<20-4096, 4096) },
			payload.Holes, []string{"holes/between: holes"}},
		{"all holes filled", func(at func(string) string) error { return filled(at("holes/whole"), 0, 1<<20) },
			payload.Holes, []string{"holes/whole: holes"}},
	}
}

// deepest is the directory at the bottom of the mixed tree.
var deepest = func() string {
	at := "deep"
	for level := 1; level < 20; level++ {
		at += fmt.Sprintf("/level-%d", level)
	}
	return at
}()

func TestEachDamageIsSeenUnderItsAspectAlone(t *testing.T) {
	needRoot(t)
	tree := payload.Mixed(7)
	want := recipe(t, tree)
	for _, d := range damages() {
		t.Run(d.name, func(t *testing.T) {
			root := write(t, tree)
			quietly(t, root, d)
			got := walk(t, root)
			if want.Digest() == got.Digest() {
				t.Error("the digest is the same")
			}
			for _, asked := range []payload.Aspect{payload.Content, payload.Links, payload.Modes, payload.Owners, payload.Times, payload.HardLinks, payload.Holes, payload.Core, payload.All} {
				var expected []string
				if d.aspect == 0 || asked&d.aspect != 0 {
					expected = d.want
				}
				var seen []string
				for _, x := range payload.Diff(want, got, asked) {
					seen = append(seen, strings.TrimPrefix(string(x.Path), tree.String()+"/")+": "+x.What)
					if d.aspect != 0 && x.Aspect != d.aspect {
						t.Errorf("asked for %v: %v is filed under %v", asked, x, x.Aspect)
					}
					if strings.Contains(x.String(), "\n") {
						t.Errorf("more than a line: %s", x)
					}
				}
				if !slices.Equal(seen, expected) {
					t.Errorf("asked for %v: saw %q, want %q", asked, seen, expected)
				}
			}
		})
	}
}

// quietly does the damage and puts every time back that was not meant, so that one thing alone is wrong.
func quietly(t *testing.T, root string, d damage) {
	t.Helper()
	before := walk(t, root)
	at := func(name string) string { return filepath.Join(root, "mixed-7", name) }
	if err := d.do(at); err != nil {
		t.Fatal(err)
	}
	if d.aspect == payload.Times {
		return
	}
	for _, e := range before.Entries {
		setTime(t, filepath.Join(root, string(e.Path)), e.ModTime)
	}
}

func flip(name string, at int64) error {
	f, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	b := make([]byte, 1)
	if _, err := f.ReadAt(b, at); err != nil {
		return err
	}
	b[0] ^= 1
	_, err = f.WriteAt(b, at)
	return err
}

func filled(name string, at int64, n int) error {
	f, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = f.WriteAt(bytes.Repeat([]byte{0}, n), at)
	return err
}

func later(name string) error {
	info, err := os.Stat(name)
	if err != nil {
		return err
	}
	return os.Chtimes(name, time.Time{}, info.ModTime().Add(time.Nanosecond))
}

// copied replaces a file by a new one with the same bytes, mode and owner.
func copied(name string) error {
	raw, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	if err := os.Remove(name); err != nil {
		return err
	}
	if err := os.WriteFile(name, raw, 0o640); err != nil {
		return err
	}
	return errors.Join(os.Chown(name, 1000, 2000), os.Chmod(name, 0o640))
}

// setTime sets the time of a name itself, if it is there.
func setTime(t *testing.T, name string, ns int64) {
	t.Helper()
	ts := unix.NsecToTimespec(ns)
	err := unix.UtimesNanoAt(unix.AT_FDCWD, name, []unix.Timespec{ts, ts}, unix.AT_SYMLINK_NOFOLLOW)
	if err != nil && !errors.Is(err, unix.ENOENT) {
		t.Fatalf("%q: %v", name, err)
	}
}

func TestNeitherPartNorNothingIsTheWhole(t *testing.T) {
	whole := recipe(t, payload.Small(1))
	part := payload.Manifest{Entries: whole.Entries[1:]}
	twice := payload.Manifest{Entries: append(slices.Clone(whole.Entries), whole.Entries[0])}
	for _, c := range []struct {
		name      string
		want, got payload.Manifest
		n         int
		what      string
	}{
		{"nothing got", whole, payload.Manifest{}, len(whole.Entries), "missing"},
		{"nothing wanted", payload.Manifest{}, whole, len(whole.Entries), "extra"},
		{"a part got", whole, part, 1, "missing"},
		{"a part wanted", part, whole, 1, "extra"},
		{"listed twice", whole, twice, 1, "extra"},
		{"wanted twice", twice, whole, 1, "missing"},
	} {
		for _, asked := range []payload.Aspect{0, payload.Holes, payload.All, 1 << 7} {
			got := payload.Diff(c.want, c.got, asked)
			if len(got) != c.n || got[0].What != c.what {
				t.Errorf("%s, asked for %v: %v", c.name, asked, got)
			}
		}
	}
	if got := payload.Diff(whole, whole); len(got) != 0 {
		t.Errorf("not equal to itself: %v", got)
	}
}

func TestNoAspectsMeansAll(t *testing.T) {
	want := payload.Manifest{Entries: []payload.Entry{{Path: "a", Type: payload.File}}}
	got := payload.Manifest{Entries: []payload.Entry{{Path: "a", Type: payload.File, Size: 1, SHA256: "x", Target: "t", Mode: 1, UID: 1, GID: 1,
		ModTime: 1, HardLinkGroup: "a", Holes: []payload.Extent{{Length: 1}}}}}
	for name, d := range map[string][]payload.Difference{
		"none": payload.Diff(want, got), "zero": payload.Diff(want, got, 0), "unknown": payload.Diff(want, got, 1<<7),
	} {
		if len(d) != 9 {
			t.Errorf("%s: %d differences: %v", name, len(d), d)
		}
	}
}

func TestOrderIsOfNoMatter(t *testing.T) {
	m := recipe(t, payload.Small(1))
	turned := payload.Manifest{Entries: slices.Clone(m.Entries)}
	slices.Reverse(turned.Entries)
	same(t, m, turned)
	if m.Digest() != turned.Digest() {
		t.Error("the digest depends on the order")
	}
}

func TestADifferenceIsOneLine(t *testing.T) {
	for _, c := range []struct {
		d    payload.Difference
		line string
	}{
		{payload.Difference{Path: "a\nb", What: "missing", Want: "file"}, `"a\nb": missing (file)`},
		{payload.Difference{Path: "\xff", What: "extra", Got: "dir"}, `"\xff": extra (dir)`},
		{payload.Difference{Path: "x", What: "mode", Want: "4755", Got: "0755"}, `"x": mode: want 4755, got 0755`},
	} {
		if c.d.String() != c.line {
			t.Errorf("got %s, want %s", c.d, c.line)
		}
	}
}
