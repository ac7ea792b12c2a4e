package mountpoint_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"csicert/driver/mount/mountpoint"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func limited(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func tmpfs(t *testing.T, target string) {
	t.Helper()
	must(t, unix.Mount("tmpfs", target, "tmpfs", 0, "size=1m"))
	t.Cleanup(func() { _ = unix.Unmount(target, unix.MNT_DETACH) })
}

func TestStackedAndBusy(t *testing.T) {
	target := t.TempDir()
	for range 3 {
		tmpfs(t, target)
	}
	busy, err := os.Create(target + "/busy")
	must(t, err)
	defer busy.Close()
	for range 2 { // the second time there is nothing
		must(t, mountpoint.Unmount(limited(t), target))
	}
	m, err := mountpoint.At(target)
	must(t, err)
	if m != nil {
		t.Fatalf("still mounted: %+v", m)
	}
	must(t, mountpoint.Unmount(limited(t), filepath.Join(target, "no", "such")))
}

func TestThroughSymlink(t *testing.T) {
	folder := t.TempDir()
	must(t, os.Mkdir(folder+"/target", 0o755))
	link := t.TempDir() + "/link"
	must(t, os.Symlink(folder, link))
	tmpfs(t, folder+"/target")
	m, err := mountpoint.At(link + "/target")
	must(t, err)
	if m == nil || m.FSType != "tmpfs" {
		t.Fatalf("found %+v", m)
	}
	must(t, mountpoint.Unmount(limited(t), link+"/target"))
	if m, err := mountpoint.At(folder + "/target"); m != nil || err != nil {
		t.Fatalf("still mounted: %+v, %v", m, err)
	}
}

func TestBindKeepsFlags(t *testing.T) {
	source, target := t.TempDir(), t.TempDir()
	must(t, unix.Mount("tmpfs", source, "tmpfs", unix.MS_NOSUID, ""))
	t.Cleanup(func() { must(t, mountpoint.Unmount(limited(t), source)) })
	must(t, os.Mkdir(source+"/sub", 0o755))
	must(t, mountpoint.Bind(limited(t), source+"/sub", target, mountpoint.Flags{ReadOnly: true}))
	t.Cleanup(func() { must(t, mountpoint.Unmount(limited(t), target)) })
	m, err := mountpoint.At(target)
	must(t, err)
	if f := mountpoint.FlagsOf(m); f != (mountpoint.Flags{ReadOnly: true, NoSUID: true}) {
		t.Errorf("flags %+v", f)
	}
	for folder, want := range map[string]bool{source + "/sub": true, source: false, t.TempDir(): false} {
		if shows, err := mountpoint.Shows(m, folder); err != nil || shows != want {
			t.Errorf("shows %s: %v, %v", folder, shows, err)
		}
	}
	var prober mountpoint.Prober
	must(t, prober.Probe(limited(t), target))
}

// A plugin's pod and its node see each other's mounts as two peers of one shared mount do.
func TestBindHasItsFlagsForAllPeers(t *testing.T) {
	base := t.TempDir()
	source, here, node := base+"/source", base+"/here", base+"/node"
	for _, folder := range []string{source, here, node} {
		must(t, os.Mkdir(folder, 0o755))
	}
	tmpfs(t, source)
	tmpfs(t, here)
	must(t, unix.Mount("", here, "", unix.MS_SHARED, ""))
	must(t, unix.Mount(here, node, "", unix.MS_BIND, ""))
	t.Cleanup(func() { must(t, unix.Unmount(node, unix.MNT_DETACH)) })
	must(t, os.Mkdir(here+"/target", 0o755))
	wanted := mountpoint.Flags{ReadOnly: true, NoSUID: true, NoDev: true, NoExec: true, NoATime: true}
	must(t, mountpoint.Bind(limited(t), source, here+"/target", wanted))
	for _, folder := range []string{here, node} {
		m, err := mountpoint.At(folder + "/target")
		must(t, err)
		if m == nil {
			t.Fatalf("nothing is mounted at %s/target", folder)
		}
		if f := mountpoint.FlagsOf(m); f != wanted {
			t.Errorf("flags at %s/target are %+v", folder, f)
		}
	}
}
