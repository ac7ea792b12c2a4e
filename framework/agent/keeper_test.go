package agent_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"csicert/framework/agent"
	"csicert/framework/payload"
)

func needMounts(t *testing.T) {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("only root may mount the file system that this test needs")
	}
}

// mount puts a tmpfs of 1 MiB, or a bind mount of a directory, on a directory until the test ends.
func mount(t *testing.T, source, dir string, flags uintptr) {
	t.Helper()
	data := ""
	if flags&unix.MS_BIND == 0 {
		data = "size=1m"
	}
	if err := unix.Mount(source, dir, "tmpfs", flags, data); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(dir, 0); err != nil {
			t.Errorf("unmounting: %v", err)
		}
	})
}

func do(t *testing.T, r agent.Request) (stderr string, code int) {
	t.Helper()
	out, stderr, code := call(t, r, "")
	if out != "" {
		t.Errorf("%q: standard output %q", r.Args(), out)
	}
	return stderr, code
}

func exists(name string) bool {
	_, err := os.Lstat(name)
	return err == nil
}

func TestMkdirRmtree(t *testing.T) {
	root := t.TempDir()
	mk := agent.Mkdir{Under: root, Name: "a/-b", Mode: 0o2777}
	if stderr, code := do(t, mk); code != agent.ExitOK {
		t.Fatal(stderr)
	}
	if s := ask[agent.Status](t, agent.Stat{Dir: filepath.Join(root, "a/-b")}, ""); s.Mode != 0o2777 {
		t.Errorf("mode %v", s.Mode)
	}
	if stderr, code := do(t, mk); code != agent.ExitFailed || !strings.Contains(stderr, "exists") {
		t.Errorf("made twice: %d %s", code, stderr)
	}
	if os.Getuid() == 0 {
		ask[payload.Manifest](t, agent.Fill{Tree: payload.Mixed(1), Dir: filepath.Join(root, "a/-b")}, "")
	}
	beside := filepath.Join(root, "a", "beside")
	if err := os.WriteFile(beside, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time nothing is there
		if stderr, code := do(t, agent.Rmtree{Under: root, Name: "a/-b"}); code != agent.ExitOK {
			t.Fatal(stderr)
		}
		if exists(filepath.Join(root, "a/-b")) || !exists(beside) {
			t.Error("removed too little or too much")
		}
	}
	if _, code := do(t, agent.Rmtree{Under: root, Name: "never/was"}); code != agent.ExitOK {
		t.Error("a parent that is not there is a failure")
	}
	if _, code := do(t, agent.Rmtree{Under: root + "/none", Name: "x"}); code != agent.ExitFailed {
		t.Error("a root that is not there is no failure")
	}
}

func TestSymlinksNeverLeadOutside(t *testing.T) {
	root, outside := t.TempDir(), t.TempDir()
	precious := filepath.Join(outside, "precious")
	if err := os.WriteFile(precious, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{filepath.Join(root, "v"), filepath.Join(outside, "sub", "precious")} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	// A relative one that stays on the file system: only the bar on symlinks stops it.
	relative, err := filepath.Rel(root, outside)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(relative, filepath.Join(root, "relative")); err != nil {
		t.Fatal(err)
	}
	for _, at := range []string{"out", "v/out"} {
		if err := os.Symlink(outside, filepath.Join(root, at)); err != nil {
			t.Fatal(err)
		}
	}
	if _, code := do(t, agent.Mkdir{Under: root, Name: "out/new", Mode: 0o755}); code != agent.ExitFailed || exists(outside+"/new") {
		t.Error("made outside")
	}
	if _, code := do(t, agent.Rmtree{Under: root, Name: "out/precious"}); code != agent.ExitFailed || !exists(precious) {
		t.Error("removed through a symlink in the path")
	}
	if _, code := do(t, agent.Rmtree{Under: root, Name: "relative/sub/precious"}); code != agent.ExitFailed || !exists(outside+"/sub/precious") {
		t.Error("removed through a symlink further up the path")
	}
	if stderr, code := do(t, agent.Rmtree{Under: root, Name: "v"}); code != agent.ExitOK || !exists(precious) {
		t.Errorf("a tree with a symlink in it: %d %s", code, stderr)
	}
	if _, code := do(t, agent.Rmtree{Under: root, Name: "out"}); code != agent.ExitOK || exists(root+"/out") || !exists(precious) {
		t.Error("a symlink itself")
	}
}

func TestRmtreeCrossesNoMountPoint(t *testing.T) {
	needMounts(t)
	for name, c := range map[string]struct {
		bind bool
		rm   string
	}{
		"another file system": {rm: "v"}, "a bind mount": {bind: true, rm: "v"},
		"the mount point itself": {bind: true, rm: "v/m"}, "below it": {bind: true, rm: "v/m/precious"},
	} {
		t.Run(name, func(t *testing.T) {
			root, other := t.TempDir(), t.TempDir()
			point := filepath.Join(root, "v", "m")
			if err := os.MkdirAll(point, 0o700); err != nil {
				t.Fatal(err)
			}
			if c.bind {
				mount(t, other, point, unix.MS_BIND)
			} else {
				mount(t, "tmpfs", point, 0)
			}
			precious := filepath.Join(point, "precious")
			if err := os.WriteFile(precious, nil, 0o600); err != nil {
				t.Fatal(err)
			}
			stderr, code := do(t, agent.Rmtree{Under: root, Name: c.rm})
			if code != agent.ExitFailed || !strings.Contains(stderr, "mount point") || !exists(precious) {
				t.Errorf("%d %s", code, stderr)
			}
		})
	}
}

func TestList(t *testing.T) {
	root := t.TempDir()
	if n := ask[agent.Names](t, agent.List{Under: root}, ""); n.Names == nil || len(n.Names) != 0 {
		t.Errorf("of nothing: %#v", n)
	}
	for _, name := range []string{"b", "\xff", ".a"} {
		if err := os.WriteFile(filepath.Join(root, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	n := ask[agent.Names](t, agent.List{Under: root}, "").Names
	if len(n) != 3 || n[0] != ".a" || n[1] != "b" || n[2] != "\xff" {
		t.Errorf("%q", n)
	}
}
