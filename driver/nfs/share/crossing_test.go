package share

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"csicert/driver/mount/ganeshatest"
	"csicert/driver/mount/nfs3"
)

// crossing shows one directory as another file system's, as a server does that exports what is mounted below its share.
type crossing struct {
	calls
	name   string
	listed bool // listings say it too; otherwise they leave it out, as a server may
}

func (c crossing) Lookup(ctx context.Context, dir nfs3.Handle, name string) (nfs3.Handle, nfs3.Attr, error) {
	h, attr, err := c.calls.Lookup(ctx, dir, name)
	if name == c.name {
		attr.FileSystem++
	}
	return h, attr, err
}

func (c crossing) ReadDir(ctx context.Context, dir nfs3.Handle, cookie uint64, verifier nfs3.Verifier) ([]nfs3.Entry, nfs3.Verifier, bool, error) {
	page, next, end, err := c.calls.ReadDir(ctx, dir, cookie, verifier)
	for i := range page {
		switch {
		case !c.listed:
			page[i].Attr, page[i].Handle = nil, ""
		case page[i].Name == c.name:
			page[i].Attr.FileSystem++
		}
	}
	return page, next, end, err
}

func TestAnotherFileSystemIsNotEntered(t *testing.T) {
	server := ganeshatest.Run(t, t.TempDir())
	folders := Folders{Port: server.Port, MountPort: server.MountPort}
	at := Place{Server: ganeshatest.Host, Share: server.Export, Folder: "v"}
	if err := folders.Make(t.Context(), at, "v"); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(server.Export, "v", "disk", "file")
	if err := errors.Join(os.Mkdir(filepath.Dir(file), 0o755), os.WriteFile(file, nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	for _, listed := range []bool{true, false} {
		err := folders.with(t.Context(), "removing", at, func(ctx context.Context, s session) error {
			return session{crossing{calls: s.calls, name: "disk", listed: listed}}.remove(ctx, at)
		})
		if !errors.Is(err, ErrForeign) {
			t.Errorf("listed %t: got %v; want %v", listed, err, ErrForeign)
		}
		if _, err := os.Stat(file); err != nil {
			t.Error(err)
		}
	}
	if err := folders.Remove(t.Context(), at); err != nil {
		t.Errorf("of one file system: %v", err)
	}
}
