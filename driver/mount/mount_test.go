package mount_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"csicert/driver/mount"
	"csicert/driver/mount/fusenfs"
	"csicert/driver/mount/mountpoint"
)

func TestCheckOptions(t *testing.T) {
	for _, good := range [][]string{
		nil,
		{"ro", "nosuid", "nodev", "noexec", "noatime"},
		{"vers=4.1", "hard", "timeo=600", "retrans=2", "rsize=1048576", "wsize=1048576", "proto=tcp", "noresvport"},
		{"nfsvers=3,nolock,port=2049", "mountport=20048,mountvers=3,mountproto=tcp,sec=sys"},
	} {
		if err := mount.CheckOptions(good); err != nil {
			t.Errorf("%q: %v", good, err)
		}
	}
	for _, bad := range []string{"colour", "colour=blue", "vers=2", "vers", "ro=1", "port=0", "port=70000", "timeo=soon",
		"proto=udp", "sec=krb5", "rsize=-1", "soft=1", "remount"} {
		var refused *mount.OptionError
		err := mount.CheckOptions([]string{"ro," + bad})
		if !errors.As(err, &refused) || refused.Option != bad || len(refused.Accepted) == 0 {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestForFUSE(t *testing.T) {
	source := mount.Source{Server: "filer", Path: "/a"}
	for text, want := range map[string]fusenfs.Options{
		"":                              {},
		"ro,nosuid,nodev,noexec":        {ReadOnly: true, NoSUID: true, NoDev: true, NoExec: true},
		"ro,rw,sync,noresvport,noatime": {Synchronous: true, AnyPort: true, NoATime: true},
		"soft":                          {Soft: 180 * time.Second},
		"soft,timeo=50,retrans=1":       {Soft: 10 * time.Second},
		"soft,hard,timeo=50":            {},
	} {
		if _, got, err := mount.ForFUSE(source, []string{text}); err != nil || got != want {
			t.Errorf("%q gives %+v, %v", text, got, err)
		}
	}
	export, _, err := mount.ForFUSE(source, []string{"port=1", "mountport=2"})
	if want := (fusenfs.Export{Server: "filer", Port: 1, MountPort: 2, Path: "/a"}); err != nil || export != want {
		t.Errorf("ports by options: %+v, %v", export, err)
	}
	source.Port, source.MountPort = 3, 4
	if export, _, _ = mount.ForFUSE(source, []string{"port=1", "mountport=2"}); export.Port != 3 || export.MountPort != 4 {
		t.Errorf("ports by the source: %+v", export)
	}
}

func TestParseSource(t *testing.T) {
	for text, want := range map[string]mount.Source{
		"filer:/a/b":  {Server: "filer", Path: "/a/b"},
		"10.0.0.1:/":  {Server: "10.0.0.1", Path: "/"},
		"[fd00::1]:/": {Server: "fd00::1", Path: "/"},
	} {
		got, err := mount.ParseSource(text)
		if err != nil || got != want || got.String() != text {
			t.Errorf("%q gives %+v, %v", text, got, err)
		}
	}
	for _, bad := range []string{"", "/a", "filer", ":/a", "filer:a", "[fd00::1:/a"} {
		if got, err := mount.ParseSource(bad); err == nil {
			t.Errorf("%q gives %+v", bad, got)
		}
	}
}

func TestNew(t *testing.T) {
	ctx := context.Background()
	var unknown *mount.KindError
	_, err := mount.New(ctx, "carrier-pigeon", mount.Settings{})
	if !errors.As(err, &unknown) || unknown.Found != "carrier-pigeon" || len(unknown.Accepted) != 3 {
		t.Errorf("an unknown kind: %v", err)
	}
	if _, err := mount.New(ctx, mount.FUSE, mount.Settings{}); err == nil || !strings.Contains(err.Error(), "socket") {
		t.Errorf("FUSE without a socket: %v", err)
	}
	m, err := mount.New(ctx, mount.Auto, mount.Settings{Socket: "/nowhere"})
	if err != nil {
		t.Fatal(err)
	}
	known, err := os.ReadFile("/proc/filesystems")
	if err != nil {
		t.Fatal(err)
	}
	want := mount.FUSE
	_, noMount := exec.LookPath("mount")
	_, noHelper := exec.LookPath("/sbin/mount.nfs")
	if strings.Contains(string(known), "\tnfs") && noMount == nil && noHelper == nil {
		want = mount.Kernel
	}
	if m.Kind() != want {
		t.Errorf("kind %s, want %s", m.Kind(), want)
	}
}

func TestBind(t *testing.T) {
	m, err := mount.New(context.Background(), mount.FUSE, mount.Settings{Socket: "/nowhere"})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	source, other, target := t.TempDir(), t.TempDir(), t.TempDir()
	t.Cleanup(func() {
		if err := mountpoint.Unmount(context.Background(), target); err != nil {
			t.Error(err)
		}
	})
	var refused *mount.OptionError
	if err := m.Bind(ctx, source, target, []string{"vers=3"}); !errors.As(err, &refused) {
		t.Errorf("an option that is no bind's: %v", err)
	}
	for _, options := range [][]string{nil, {"nosuid"}, {"ro,nodev", "noexec"}} {
		if err := m.Bind(ctx, source, target, options); err != nil {
			t.Fatal(err)
		}
	}
	at, err := mountpoint.At(target)
	if err != nil {
		t.Fatal(err)
	}
	flags := mountpoint.FlagsOf(at)
	if flags.NoATime = false; flags != (mountpoint.Flags{ReadOnly: true, NoSUID: true, NoDev: true, NoExec: true}) {
		t.Errorf("flags %+v", flags)
	}
	if err := m.Bind(ctx, other, target, nil); err == nil {
		t.Error("another folder was bound over the first")
	}
	if err := m.Unmount(ctx, target); err != nil {
		t.Fatal(err)
	}
	if state, err := m.Mounted(ctx, target); err != nil || state.Mounted {
		t.Fatalf("after unmounting: %+v, %v", state, err)
	}
}
