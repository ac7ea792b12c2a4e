package payload_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"csicert/framework/payload"
)

func TestLostAndFoundIsLeftOutOnlyWhenItIsExt4s(t *testing.T) {
	needRoot(t)
	for _, c := range []struct {
		name   string
		at     string
		file   string
		uid    int
		listed int
	}{
		{"empty, root's", "lost+found", "", 0, 0},
		{"with data", "lost+found", "#12", 0, 2},
		{"another's", "lost+found", "", 1000, 1},
		{"further down", "dir/lost+found", "", 0, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			root := t.TempDir()
			dir := filepath.Join(root, c.at)
			if err := os.MkdirAll(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.Chown(dir, c.uid, c.uid); err != nil {
				t.Fatal(err)
			}
			if c.file != "" {
				if err := os.WriteFile(filepath.Join(dir, c.file), nil, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if m := walk(t, root); len(m.Entries) != c.listed {
				t.Errorf("listed: %v", m.Entries)
			}
		})
	}
	root := t.TempDir()
	if err := os.WriteFile(filepath.Join(root, "lost+found"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if m := walk(t, root); len(m.Entries) != 1 {
		t.Error("a file of that name is left out")
	}
}

func TestSymlinksAreNotFollowed(t *testing.T) {
	root := t.TempDir()
	for name, target := range map[string]string{"up": "..", "self": "self", "proc": "/proc"} {
		if err := os.Symlink(target, filepath.Join(root, name)); err != nil {
			t.Fatal(err)
		}
	}
	m := walk(t, root)
	if len(m.Entries) != 3 {
		t.Fatalf("listed: %v", m.Entries)
	}
	for _, e := range m.Entries {
		if e.Type != payload.Symlink {
			t.Errorf("%v", e)
		}
	}
}

func TestSpecialFilesAreToldApart(t *testing.T) {
	needRoot(t)
	root := t.TempDir()
	for name, mode := range map[string]uint32{"b": unix.S_IFBLK, "c": unix.S_IFCHR, "s": unix.S_IFSOCK} {
		if err := unix.Mknod(filepath.Join(root, name), mode|0o600, int(unix.Mkdev(7, 300))); err != nil {
			t.Fatal(err)
		}
	}
	e := walk(t, root).Entries
	if e[0].Type != payload.BlockDevice || e[1].Type != payload.CharDevice || e[2].Type != payload.Socket || e[0].Device != "7:300" {
		t.Errorf("%v", e)
	}
	other := e[0]
	other.Device = "7:301"
	d := payload.Diff(payload.Manifest{Entries: e[:1]}, payload.Manifest{Entries: []payload.Entry{other}}, payload.Times)
	if len(d) != 1 || d[0].String() != `"b": device: want 7:300, got 7:301` {
		t.Errorf("%v", d)
	}
}

func TestEqualFilesThatBecameOneAreSeen(t *testing.T) {
	root := t.TempDir()
	a, b := filepath.Join(root, "a"), filepath.Join(root, "b")
	for _, name := range []string{a, b} {
		if err := os.WriteFile(name, []byte("same"), 0o600); err != nil {
			t.Fatal(err)
		}
		setTime(t, name, 1e18)
	}
	before := walk(t, root)
	if err := os.Remove(b); err != nil {
		t.Fatal(err)
	}
	if err := os.Link(a, b); err != nil {
		t.Fatal(err)
	}
	after := walk(t, root)
	if d := payload.Diff(before, after); len(d) != 2 || d[0].What != "hard link" || d[1].What != "hard link" {
		t.Errorf("%v", d)
	}
}

func TestAWalkThatCannotBeWholeIsAnError(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, root := range []string{file, file + "-missing"} {
		if _, err := payload.Walk(t.Context(), root); err == nil || !strings.Contains(err.Error(), root) {
			t.Errorf("%s: %v", root, err)
		}
	}
	// Size 0 by stat(2), bytes by read(2): what the walk does when the two disagree.
	_, err := payload.Walk(t.Context(), "/proc/self/fdinfo")
	if err == nil || !strings.Contains(err.Error(), "changed while it was being read") {
		t.Errorf("error %v", err)
	}
}

// Files of sysfs are a page long by stat(2) and hold less.
func TestAFileThatIsShorterThanItSaysIsAnError(t *testing.T) {
	_, err := payload.Walk(t.Context(), "/sys/kernel/mm/transparent_hugepage")
	if err == nil || !strings.Contains(err.Error(), "changed while it was being read") {
		t.Errorf("error %v", err)
	}
}
