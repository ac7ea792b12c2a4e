package share_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"csicert/driver/mount/ganeshatest"
	"csicert/driver/nfs/share"
)

// site is a real server's share, which the test sees from beside.
type site struct {
	*testing.T
	share.Folders
	server *ganeshatest.Server
}

func newSite(t *testing.T) site {
	t.Helper()
	server := ganeshatest.Run(t, t.TempDir())
	return site{T: t, server: server, Folders: share.Folders{Port: server.Port, MountPort: server.MountPort}}
}

func (s site) at(folder string) share.Place {
	return share.Place{Server: ganeshatest.Host, Share: s.server.Export, Folder: folder}
}

func (s site) path(name string) string { return filepath.Join(s.server.Export, name) }

func (s site) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

func (s site) want(err, kind error, words ...string) {
	s.Helper()
	if !errors.Is(err, kind) {
		s.Errorf("got %v; want %v", err, kind)
		return
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			s.Errorf("%q does not say %q", err, w)
		}
	}
}

// wantMode looks at a folder's permissions; 0 is for nothing there.
func (s site) wantMode(name string, mode fs.FileMode) {
	s.Helper()
	info, err := os.Lstat(s.path(name))
	switch {
	case err != nil && (mode != 0 || !errors.Is(err, fs.ErrNotExist)):
		s.Error(err)
	case err == nil && info.Mode() != mode:
		s.Errorf("%s has mode %v; want %v", name, info.Mode(), mode)
	}
}

func (s site) write(name string) {
	s.Helper()
	s.must(os.MkdirAll(filepath.Dir(s.path(name)), 0o755))
	s.must(os.WriteFile(s.path(name), []byte("x"), 0o600))
}

func (s site) wantFile(name string) {
	s.Helper()
	if got, err := os.ReadFile(s.path(name)); err != nil || string(got) != "x" {
		s.Errorf("%s holds %q, %v", name, got, err)
	}
}

func TestAFolderIsMadeOnceAndRemoved(t *testing.T) {
	s := newSite(t)
	at := s.at("team/one")
	s.want(s.Look(t.Context(), at), share.ErrNotFound)
	s.must(s.Make(t.Context(), at, "pvc/1"))
	s.wantMode("team/one", fs.ModeDir|0o777)
	s.wantMode("team", fs.ModeDir|0o755)
	s.write("team/one/file")
	s.must(os.Chmod(s.path("team/one"), 0o700))
	s.must(s.Make(t.Context(), at, "pvc/1"))
	s.wantMode("team/one", fs.ModeDir|0o700) // as its pods left it
	s.wantFile("team/one/file")
	s.want(s.Make(t.Context(), at, "pvc-2"), share.ErrTaken, `"pvc/1"`, ".one.csicert")
	s.must(s.Make(t.Context(), s.at("team/other"), "pvc-2"))
	s.write("team/other/file")
	s.must(s.Look(t.Context(), at))
	for range 2 {
		s.must(s.Remove(t.Context(), at))
		s.wantMode("team/one", 0)
		s.wantMode("team/.one.csicert", 0)
	}
	s.want(s.Look(t.Context(), at), share.ErrNotFound)
	s.must(s.Remove(t.Context(), s.at("none/none")))
	s.wantFile("team/other/file")
}

// TestRemovalStaysInTheFolder removes what is hard to remove, and looks that what links lead to is there afterwards.
func TestRemovalStaysInTheFolder(t *testing.T) {
	s := newSite(t)
	outside := t.TempDir()
	s.must(os.WriteFile(filepath.Join(outside, "file"), []byte("x"), 0o600))
	s.write("neighbour/file")
	s.must(s.Make(t.Context(), s.at("v"), "v"))
	for name, target := range map[string]string{"out": outside, "out-file": filepath.Join(outside, "file"), "side": "../neighbour", "up": "..", "none": "/none", "self": "."} {
		s.must(os.Symlink(target, s.path("v/"+name)))
	}
	s.must(os.Link(s.path("neighbour/file"), s.path("v/hard")))
	s.must(unix.Mkfifo(s.path("v/fifo"), 0o600))
	for _, name := range []string{"new\nline", " ", "-rf", "*", "ü", strings.Repeat("n", 255), "closed/in/file"} {
		s.write("v/" + name)
	}
	s.must(os.Chmod(s.path("v/closed"), 0))
	s.write("v" + strings.Repeat("/d", 200) + "/file")
	for i := range 3 * 64 {
		s.write(fmt.Sprintf("v/wide/%d/file", i))
	}
	for i := range 1500 { // more than a page
		s.write(fmt.Sprintf("v/many/a-longer-name-than-is-needed-%d", i))
	}
	s.must(s.Remove(t.Context(), s.at("v")))
	s.wantMode("v", 0)
	s.wantMode(".v.csicert", 0)
	s.wantFile("neighbour/file")
	if _, err := os.Stat(filepath.Join(outside, "file")); err != nil {
		t.Errorf("removing a volume removed what a link in it led to: %v", err)
	}
}

func TestWhatIsNotOursIsLeft(t *testing.T) {
	s := newSite(t)
	s.write("admin/file")
	s.want(s.Make(t.Context(), s.at("admin"), "v"), share.ErrTaken)
	s.wantMode(".admin.csicert", 0)
	s.want(s.Remove(t.Context(), s.at("admin")), share.ErrForeign, "by hand")
	s.want(s.Look(t.Context(), s.at("admin")), share.ErrNotFound)
	s.wantFile("admin/file")

	s.must(os.Symlink("admin", s.path("link")))
	s.want(s.Make(t.Context(), s.at("link"), "v"), share.ErrForeign)
	s.want(s.Make(t.Context(), s.at("link/v"), "v"), share.ErrForeign, `"link"`)
	s.want(s.Remove(t.Context(), s.at("link/v")), share.ErrForeign)
	s.want(s.Make(t.Context(), s.at("admin/file/v"), "v"), share.ErrForeign)
	s.wantFile("admin/file")

	s.must(os.Mkdir(s.path("empty"), 0o750))
	s.must(s.Make(t.Context(), s.at("empty"), "v"))
	s.wantMode("empty", fs.ModeDir|0o750)
	s.must(os.Symlink("volume:v", s.path(".swapped.csicert")))
	s.must(os.Symlink("admin", s.path("swapped")))
	s.want(s.Remove(t.Context(), s.at("swapped")), share.ErrForeign)
	s.want(s.Make(t.Context(), s.at("swapped"), "v"), share.ErrForeign)
	s.wantFile("admin/file")

	s.write(".noted.csicert")
	s.want(s.Make(t.Context(), s.at("noted"), "v"), share.ErrForeign)
	s.want(s.Remove(t.Context(), s.at("noted")), share.ErrForeign)
	s.wantFile(".noted.csicert")
}

func TestNoVolumeIsInsideOfAnother(t *testing.T) {
	s := newSite(t)
	s.must(s.Make(t.Context(), s.at("outer"), "o"))
	s.write("outer/inner/file")
	s.must(os.Symlink("volume:i", s.path("outer/.inner.csicert"))) // as a pod of the outer volume could
	for _, err := range []error{s.Make(t.Context(), s.at("outer/inner"), "i"), s.Remove(t.Context(), s.at("outer/inner")), s.Look(t.Context(), s.at("outer/inner"))} {
		s.want(err, share.ErrTaken, `inside of outer`, `"o"`)
	}
	s.wantFile("outer/inner/file")
	s.must(s.Make(t.Context(), s.at("team/v"), "v"))
	s.want(s.Make(t.Context(), s.at("team"), "t"), share.ErrTaken)
}

// TestCallsThatWereCutOff begins where a call ended that left a note and no folder.
func TestCallsThatWereCutOff(t *testing.T) {
	s := newSite(t)
	for _, name := range []string{"making", "removing"} {
		s.must(os.Symlink("volume:v", s.path("."+name+".csicert")))
	}
	s.must(s.Make(t.Context(), s.at("making"), "v"))
	s.must(s.Look(t.Context(), s.at("making")))
	s.must(s.Remove(t.Context(), s.at("removing")))
	s.wantMode(".removing.csicert", 0)
}

func TestServersThatDoNotServe(t *testing.T) {
	s := newSite(t)
	for _, c := range map[string]struct {
		folders share.Folders
		share   string
		kind    error
		words   string
	}{
		"no server": {share.Folders{Port: 1, MountPort: 1}, s.server.Export, share.ErrUnreachable, ganeshatest.Host + ":1"},
		"no share":  {s.Folders, "/none", share.ErrRefused, "/none"},
	} {
		at := share.Place{Server: ganeshatest.Host, Share: c.share, Folder: "v"}
		for _, err := range []error{c.folders.Make(t.Context(), at, "v"), c.folders.Remove(t.Context(), at), c.folders.Look(t.Context(), at)} {
			s.want(err, c.kind, c.words, at.String())
		}
	}
	space, err := s.Space(t.Context(), ganeshatest.Host, s.server.Export)
	s.must(err)
	if space <= 0 {
		t.Errorf("the share has %d bytes to give", space)
	}
	silent, err := net.Listen("tcp", net.JoinHostPort(ganeshatest.Host, "0"))
	s.must(err)
	defer silent.Close()
	port := silent.Addr().(*net.TCPAddr).Port
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	s.want(share.Folders{Port: port, MountPort: port}.Make(ctx, s.at("v"), "v"), context.DeadlineExceeded, ganeshatest.Host)
}
