package fusenfs_test

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"os"
	"os/exec"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"csicert/driver/mount/fusenfs"
	"csicert/driver/mount/ganeshatest"
	"csicert/driver/mount/mountpoint"
)

// TestServerRestart kills the server in the middle of a copy. The copier is
// a process of its own: one that forks while it has a file open waits for
// the server at the copied descriptor's close.
func TestServerRestart(t *testing.T) {
	server := ganeshatest.Run(t, t.TempDir())
	root, _ := mount(t, exportOf(server), fusenfs.Options{})
	content := make([]byte, 96<<20)
	_, _ = rand.Read(content)
	source := t.TempDir() + "/source"
	must(t, os.WriteFile(source, content, 0o644))
	copier := exec.Command("cp", source, root+"/copy")
	must(t, copier.Start())
	eventually(t, "some of the copy is there", func() bool {
		s, err := os.Stat(server.Export + "/copy")
		return err == nil && s.Size() > 8<<20
	})
	server.Kill()
	s := stat(t, server.Export+"/copy")
	if s.Size == int64(len(content)) {
		t.Fatal("the copy was complete before the server was killed")
	}
	server.Restart()
	must(t, copier.Wait())
	got, err := os.ReadFile(server.Export + "/copy")
	must(t, err)
	if sha256.Sum256(got) != sha256.Sum256(content) {
		t.Fatalf("%d bytes on the server of %d, digests differ", len(got), len(content))
	}
}

// TestHangingServer needs the request's context: the reader would stay in
// the kernel while the server hangs.
func TestHangingServer(t *testing.T) {
	server := ganeshatest.Run(t, t.TempDir())
	root, _ := mount(t, exportOf(server), fusenfs.Options{})
	write(t, root+"/a", "x")
	server.Pause()
	defer server.Resume()
	reader := exec.Command("cat", root+"/a")
	must(t, reader.Start())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = reader.Wait()
	}()

	t.Run("a signal that does not kill ends nothing", func(t *testing.T) {
		must(t, reader.Process.Signal(unix.SIGCONT))
		select {
		case <-ended:
			t.Fatal("the reader ended while the server hangs")
		case <-time.After(500 * time.Millisecond):
		}
	})
	t.Run("a killed reader leaves", func(t *testing.T) {
		must(t, reader.Process.Kill())
		wantEnd(t, ended, 3*time.Second)
	})
	t.Run("a probe says that it hangs", func(t *testing.T) {
		var prober mountpoint.Prober
		if err := prober.Probe(context.Background(), root); mountpoint.IsDead(err) || err == nil {
			t.Fatalf("probe: %v", err)
		}
	})
	t.Run("a writer that is killed leaves", func(t *testing.T) {
		server.Resume()
		writer := exec.Command("dd", "if=/dev/zero", "of="+root+"/endless", "bs=64k", "count=100000")
		must(t, writer.Start())
		eventually(t, "something was written", func() bool {
			s, err := os.Stat(server.Export + "/endless")
			return err == nil && s.Size() > 0
		})
		server.Pause()
		must(t, writer.Process.Kill())
		gone := make(chan struct{})
		go func() {
			defer close(gone)
			_ = writer.Wait()
		}()
		wantEnd(t, gone, 5*time.Second)
	})
	t.Run("unmounting frees who waits", func(t *testing.T) {
		waiting := exec.Command("cat", root+"/a")
		must(t, waiting.Start())
		freed := make(chan struct{})
		go func() {
			defer close(freed)
			_ = waiting.Wait()
		}()
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		must(t, mountpoint.Unmount(ctx, root))
		wantEnd(t, freed, 3*time.Second)
		if m, err := mountpoint.At(root); m != nil || err != nil {
			t.Fatalf("still mounted: %v, %v", m, err)
		}
	})
}

func wantEnd(t *testing.T, ended <-chan struct{}, limit time.Duration) {
	t.Helper()
	select {
	case <-ended:
	case <-time.After(limit):
		t.Fatalf("the process still runs after %v", limit)
	}
}

func TestOptions(t *testing.T) {
	server := ganeshatest.Run(t, t.TempDir())
	write(t, server.Export+"/a", "x")
	root, _ := mount(t, exportOf(server), fusenfs.Options{ReadOnly: true, NoSUID: true, NoDev: true, NoExec: true})
	m, err := mountpoint.At(root)
	must(t, err)
	flags := mountpoint.FlagsOf(m)
	if want := (mountpoint.Flags{ReadOnly: true, NoSUID: true, NoDev: true, NoExec: true}); flags != want {
		t.Errorf("flags %+v, want %+v", flags, want)
	}
	if m.FSType != fusenfs.FSType || m.Source != exportOf(server).Source() {
		t.Errorf("type %q, source %q", m.FSType, m.Source)
	}
	wantContent(t, root+"/a", "x")
	wantErrno(t, os.WriteFile(root+"/b", nil, 0o644), unix.EROFS)

	plain, _ := mount(t, exportOf(server), fusenfs.Options{Synchronous: true})
	m, err = mountpoint.At(plain)
	must(t, err)
	if flags := mountpoint.FlagsOf(m); flags != (mountpoint.Flags{}) {
		t.Errorf("flags %+v, want none", flags)
	}
	write(t, plain+"/b", "y")
	wantContent(t, server.Export+"/b", "y")
}

func TestMountFails(t *testing.T) {
	server := ganeshatest.Run(t, t.TempDir())
	target := t.TempDir()
	for name, export := range map[string]fusenfs.Export{
		"no such export": {Server: ganeshatest.Host, Port: server.Port, MountPort: server.MountPort, Path: "/none"},
		"no server":      {Server: ganeshatest.Host, Port: 1, MountPort: 1, Path: server.Export},
		"no such host":   {Server: "host.invalid", Path: server.Export},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
			defer cancel()
			if _, err := fusenfs.Mount(ctx, discard(), export, target, fusenfs.Options{}); err == nil {
				t.Fatal("mounted")
			}
			if m, err := mountpoint.At(target); m != nil || err != nil {
				t.Fatalf("left behind: %v, %v", m, err)
			}
		})
	}
	t.Run("cancelled while the server hangs", func(t *testing.T) {
		server.Pause()
		defer server.Resume()
		ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
		defer cancel()
		if _, err := fusenfs.Mount(ctx, discard(), exportOf(server), target, fusenfs.Options{}); err == nil {
			t.Fatal("mounted")
		}
		if m, err := mountpoint.At(target); m != nil || err != nil {
			t.Fatalf("left behind: %v, %v", m, err)
		}
	})
}
