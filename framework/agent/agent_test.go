package agent_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"csicert/framework/agent"
	"csicert/framework/payload"
)

// call runs a request by its command line, as a pod would.
func call(t *testing.T, r agent.Request, stdin string) (stdout, stderr string, code int) {
	t.Helper()
	var out, err bytes.Buffer
	code = agent.Run(t.Context(), r.Args(), strings.NewReader(stdin), &out, &err)
	if (code == agent.ExitOK) != (err.Len() == 0) || strings.Count(err.String(), "\n") > 1 {
		t.Errorf("%q: exit code %d with standard error %q", r.Args(), code, &err)
	}
	return out.String(), err.String(), code
}

// ask is call for a request that succeeds with an answer.
func ask[T any](t *testing.T, r agent.Request, stdin string) T {
	t.Helper()
	out, stderr, code := call(t, r, stdin)
	if code != agent.ExitOK {
		t.Fatalf("%q: exit code %d: %s", r.Args(), code, stderr)
	}
	v, err := agent.Decode[T](strings.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestCommandLinesReadBack(t *testing.T) {
	for _, r := range []agent.Request{
		agent.Hold{}, agent.End{}, agent.ID{}, agent.Serve{}, agent.Digest{Dir: "-d"}, agent.Stat{Dir: "/d e"}, agent.Usage{Dir: "-u"}, agent.TryWrite{Dir: "--"},
		agent.Fill{Tree: payload.Mixed(-7), Dir: "-kind"}, agent.Mutate{Tree: payload.Small(1 << 62), Dir: "/d"},
		agent.Put{Name: "-n=\n", Dir: "/d"}, agent.Get{Name: "n", Dir: "/d"}, agent.List{Under: "-u"}, agent.Survey{Under: []string{"-u"}},
		agent.Seek{Under: []string{"-u", "/b"}, Mounts: "-m", Names: []string{"-n"}},
		agent.Mkdir{Under: "/u", Name: "-a/b", Mode: 0o1777}, agent.Rmtree{Under: "/u", Name: "-under"},
		agent.Kill{Containers: []string{strings.Repeat("0f", 32), strings.Repeat("a", 64)}},
		agent.Kubelet{}, agent.Kubelet{Kill: true},
		agent.Connect{Container: strings.Repeat("0f", 32), Socket: "/csi/csi.sock"},
	} {
		if back, err := agent.Parse(r.Args()); err != nil || !reflect.DeepEqual(back, r) {
			t.Errorf("%#v became %#v, %v", r, back, err)
		}
	}
}

func TestBadCommandLines(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{nil, "verb: found none, accepted are hold, end, fill"},
		{[]string{"sh"}, `verb: found "sh", accepted are hold, end, fill`},
		{[]string{"hold", "x"}, `hold: found operands ["x"], accepted are none`},
		{[]string{"digest"}, `digest DIR: found [], accepted is exactly one`},
		{[]string{"digest", ""}, `digest DIR: found [""], accepted is exactly one`},
		{[]string{"stat", "a", "b"}, `stat DIR: found ["a" "b"], accepted is exactly one`},
		{[]string{"fill", "-seed", "1", "/d"}, `kind of tree: found "", accepted are mixed, small`},
		{[]string{"fill", "-seed", "x", "/d"}, `fill: invalid value "x" for flag -seed`},
		{[]string{"fill", "-size", "1", "/d"}, `fill: flag provided but not defined: -size`},
		{[]string{"put", "-name", "../x", "/d"}, `name: found "../x", accepted is one file name without /`},
		{[]string{"get", "-name", "a/b", "/d"}, `name: found "a/b", accepted is one file name`},
		{[]string{"put", "/d"}, `name: found "", accepted is one file name`},
		{[]string{"rmtree", "-under", "/d", ".."}, `name: found "..", accepted is a path below the root`},
		{[]string{"rmtree", "-under", "/d", "a/.."}, `name: found "a/..", accepted is a path below the root`},
		{[]string{"rmtree", "-under", "/d", "/etc"}, `name: found "/etc", accepted is a path below the root`},
		{[]string{"rmtree", "x"}, `rmtree -under: found nothing, accepted is a directory`},
		{[]string{"mkdir", "-under", "/d", "-mode", "9", "x"}, `accepted are octal digits`},
		{[]string{"kill"}, `kill CONTAINER: found none, accepted is at least one`},
		{[]string{"kill", strings.Repeat("a", 63)}, `accepted are IDs of 64 hexadecimal digits`},
		{[]string{"kill", strings.Repeat("a", 64), strings.Repeat("A", 64)}, `found "AAAA`},
		{[]string{"kubelet", "-kill", "now"}, `kubelet: found operands ["now"], accepted are none`},
		{[]string{"kill", "-9", strings.Repeat("a", 64)}, `kill: flag provided but not defined: -9`},
	} {
		var out, stderr bytes.Buffer
		if code := agent.Run(t.Context(), c.args, nil, &out, &stderr); code != agent.ExitUsage || out.Len() != 0 {
			t.Errorf("%q: exit code %d, standard output %q", c.args, code, &out)
		}
		if !strings.HasPrefix(stderr.String(), "agent: ") || !strings.Contains(stderr.String(), c.want) {
			t.Errorf("%q: %q, want %q", c.args, &stderr, c.want)
		}
		_, err := agent.Parse(c.args)
		var bad interface{ BadInput() bool }
		if !errors.As(err, &bad) || !bad.BadInput() {
			t.Errorf("%q: %v is not the caller's", c.args, err)
		}
	}
}

func TestFillDigestMutate(t *testing.T) {
	dir, tree := t.TempDir(), payload.Small(3)
	filled := ask[payload.Manifest](t, agent.Fill{Tree: tree, Dir: dir}, "")
	want, err := tree.Manifest(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range payload.Diff(want, filled, payload.All&^payload.Owners) {
		t.Error(d)
	}
	if d := payload.Diff(filled, ask[payload.Manifest](t, agent.Digest{Dir: dir}, "")); len(d) != 0 {
		t.Errorf("%v", d)
	}
	if d := payload.Diff(filled, ask[payload.Manifest](t, agent.Mutate{Tree: tree, Dir: dir}, ""), payload.Core); len(d) != 10 {
		t.Errorf("mutated: %v", d)
	}
	if out, stderr, code := call(t, agent.Fill{Tree: tree, Dir: dir}, ""); code != agent.ExitFailed || out != "" || !strings.Contains(stderr, "exists") {
		t.Errorf("filled twice: %d %q %q", code, out, stderr)
	}
}

func TestPutAndGet(t *testing.T) {
	dir := t.TempDir()
	for _, body := range []string{"first\x00\xff", ""} {
		if s := ask[agent.Stored](t, agent.Put{Name: "-n", Dir: dir}, body); s.Size != int64(len(body)) || len(s.SHA256) != 64 {
			t.Errorf("%+v", s)
		}
		if out, _, code := call(t, agent.Get{Name: "-n", Dir: dir}, ""); code != agent.ExitOK || out != body {
			t.Errorf("%d %q", code, out)
		}
	}
	if n := ask[agent.Names](t, agent.List{Under: dir}, "").Names; len(n) != 1 || n[0] != "-n" {
		t.Errorf("left in the directory: %q", n)
	}
	if err := os.Symlink("/proc/version", filepath.Join(dir, "out")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"out", "none"} {
		if out, _, code := call(t, agent.Get{Name: name, Dir: dir}, ""); code != agent.ExitFailed || out != "" {
			t.Errorf("%s: %d %q", name, code, out)
		}
	}
}

func TestACutAnswerIsNoAnswer(t *testing.T) {
	out, _, _ := call(t, agent.Stat{Dir: t.TempDir()}, "")
	for name, text := range map[string]string{"cut": out[:len(out)/2], "nothing": "", "two": out + out, "other": `{"names":[]}`, "tail": out + "x"} {
		if v, err := agent.Decode[agent.Status](strings.NewReader(text)); err == nil || v != (agent.Status{}) {
			t.Errorf("%s: %v, %v", name, v, err)
		}
	}
}

func TestTryWriteAndStatOfAReadOnlyVolume(t *testing.T) {
	needMounts(t)
	dir := t.TempDir()
	mount(t, "tmpfs", dir, 0)
	if a := ask[agent.Attempt](t, agent.TryWrite{Dir: dir}, ""); a != (agent.Attempt{Written: true}) {
		t.Errorf("writable: %+v", a)
	}
	s := ask[agent.Status](t, agent.Stat{Dir: dir}, "")
	if s.FileSystem != "tmpfs" || !s.MountPoint || s.ReadOnly || s.TotalBytes != 1<<20 || s.FreeBytes != 1<<20 || s.Mode != 0o1777 {
		t.Errorf("%+v", s)
	}
	if err := unix.Mount("", dir, "", unix.MS_REMOUNT|unix.MS_RDONLY, ""); err != nil {
		t.Fatal(err)
	}
	a := ask[agent.Attempt](t, agent.TryWrite{Dir: dir}, "")
	if a.Written || a.Errno != "EROFS" || !strings.Contains(a.Message, "read-only") {
		t.Errorf("read-only: %+v", a)
	}
	if s := ask[agent.Status](t, agent.Stat{Dir: dir}, ""); !s.ReadOnly {
		t.Errorf("%+v", s)
	}
	if n := ask[agent.Names](t, agent.List{Under: dir}, "").Names; len(n) != 0 {
		t.Errorf("left: %q", n)
	}
	if s := ask[agent.Status](t, agent.Stat{Dir: t.TempDir()}, ""); s.MountPoint {
		t.Errorf("%+v", s)
	}
	if _, _, code := call(t, agent.TryWrite{Dir: dir + "/none"}, ""); code != agent.ExitFailed {
		t.Error("a directory that is not there was judged read-only")
	}
}

func TestTryWriteOfAFullVolume(t *testing.T) {
	needMounts(t)
	dir := t.TempDir()
	mount(t, "tmpfs", dir, 0)
	if err := os.WriteFile(filepath.Join(dir, "all"), make([]byte, 1<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	if a := ask[agent.Attempt](t, agent.TryWrite{Dir: dir}, ""); a.Written || a.Errno != "ENOSPC" {
		t.Errorf("%+v", a)
	}
	if n := ask[agent.Names](t, agent.List{Under: dir}, "").Names; len(n) != 1 {
		t.Errorf("left: %q", n)
	}
}

func TestID(t *testing.T) {
	if id := ask[agent.Identity](t, agent.ID{}, ""); id.UID != os.Getuid() || id.GID != os.Getgid() {
		t.Errorf("%+v", id)
	}
}
