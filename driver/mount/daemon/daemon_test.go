package daemon_test

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"csicert/driver/mount"
	"csicert/driver/mount/daemon"
	"csicert/driver/mount/fusenfs"
	"csicert/driver/mount/ganeshatest"
	"csicert/driver/mount/mountpoint"
)

// daemonVariable makes the test binary a daemon, so that it can be killed.
// It names the folder of the socket and the state.
const daemonVariable = "DAEMON_TEST_FOLDER"

func TestMain(m *testing.M) {
	if folder := os.Getenv(daemonVariable); folder != "" {
		os.Exit(runDaemon(folder))
	}
	os.Exit(m.Run())
}

func runDaemon(folder string) int {
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	d, err := daemon.New(log, filepath.Join(folder, "state"))
	if err == nil {
		err = errors.Join(d.Serve(ctx, socketIn(folder)), d.Close())
	}
	if err != nil {
		log.Error("daemon", "error", err)
		return 1
	}
	return 0
}

func socketIn(folder string) string { return filepath.Join(folder, "mounter.sock") }

// node is a node plugin's view: a Mounter, a daemon and a server.
type node struct {
	t       *testing.T
	folder  string
	daemon  *exec.Cmd
	mounter mount.Mounter
	server  *ganeshatest.Server
}

func newNode(t *testing.T) *node {
	t.Helper()
	n := &node{t: t, folder: t.TempDir(), server: ganeshatest.Run(t, t.TempDir())}
	n.startDaemon()
	t.Cleanup(func() { n.stopDaemon(syscall.SIGKILL) })
	mounter, err := mount.New(context.Background(), mount.FUSE, mount.Settings{Socket: socketIn(n.folder)})
	must(t, err)
	n.mounter = mounter
	return n
}

func (n *node) startDaemon() {
	n.t.Helper()
	n.daemon = exec.Command(os.Args[0])
	n.daemon.Env = append(os.Environ(), daemonVariable+"="+n.folder)
	n.daemon.Stderr = os.Stderr
	must(n.t, os.RemoveAll(socketIn(n.folder)))
	must(n.t, n.daemon.Start())
	n.eventually("the daemon listens", func() bool {
		c, err := net.Dial("unix", socketIn(n.folder)) // the file is there before anyone listens
		return err == nil && c.Close() == nil
	})
}

func (n *node) stopDaemon(number syscall.Signal) {
	_ = n.daemon.Process.Signal(number) // it may have ended
	_ = n.daemon.Wait()
}

func (n *node) source() mount.Source {
	return mount.Source{Server: ganeshatest.Host, Port: n.server.Port, MountPort: n.server.MountPort, Path: n.server.Export}
}

// target makes a folder whose mounts are removed at the end.
func (n *node) target() string {
	n.t.Helper()
	folder := n.t.TempDir()
	n.t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		must(n.t, mountpoint.Unmount(ctx, folder))
	})
	return folder
}

func (n *node) mount(target string, options ...string) {
	n.t.Helper()
	must(n.t, n.mounter.Mount(n.within(20*time.Second), n.source(), target, options))
}

func (n *node) within(limit time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	n.t.Cleanup(cancel)
	return ctx
}

func (n *node) state(target string) mount.State {
	n.t.Helper()
	state, err := n.mounter.Mounted(n.within(10*time.Second), target)
	must(n.t, err)
	return state
}

func (n *node) records() int {
	n.t.Helper()
	found, err := filepath.Glob(filepath.Join(n.folder, "state", "*.json"))
	must(n.t, err)
	return len(found)
}

func (n *node) eventually(what string, holds func() bool) {
	n.t.Helper()
	limit := time.After(10 * time.Second)
	for !holds() {
		select {
		case <-limit:
			n.t.Fatalf("after ten seconds still not: %s", what)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestMountBindUnmount(t *testing.T) {
	n := newNode(t)
	staging, pod := n.target(), n.target()
	n.mount(staging, "vers=4.1", "nosuid")
	n.mount(staging, "vers=4.1", "nosuid")
	if s := n.state(staging); !s.Answers || s.Source != n.source().String() || s.FSType != fusenfs.FSType || n.records() != 1 {
		t.Fatalf("state %+v, %d records", s, n.records())
	}
	info, err := os.Stat(socketIn(n.folder))
	must(t, err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("the socket has mode %v", info.Mode())
	}

	for range 2 {
		must(t, n.mounter.Bind(n.within(5*time.Second), staging, pod, []string{"ro"}))
	}
	must(t, os.WriteFile(staging+"/a", []byte("x"), 0o644))
	if got, err := os.ReadFile(pod + "/a"); err != nil || string(got) != "x" {
		t.Fatalf("the pod reads %q, %v", got, err)
	}
	if err := os.WriteFile(pod+"/b", nil, 0o644); !errors.Is(err, syscall.EROFS) {
		t.Fatalf("writing to the read-only bind: %v", err)
	}
	m, err := mountpoint.At(pod)
	must(t, err)
	if f := mountpoint.FlagsOf(m); f != (mountpoint.Flags{ReadOnly: true, NoSUID: true}) {
		t.Errorf("the bind's flags %+v", f)
	}

	other := n.source()
	other.Path = filepath.Join(other.Path, "other")
	if err := n.mounter.Mount(n.within(5*time.Second), other, staging, nil); err == nil {
		t.Error("another source was mounted over the first")
	}
	for range 2 {
		must(t, n.mounter.Unmount(n.within(10*time.Second), pod))
		must(t, n.mounter.Unmount(n.within(10*time.Second), staging))
	}
	if s := n.state(staging); s.Mounted || n.records() != 0 {
		t.Fatalf("after unmounting: %+v, %d records", s, n.records())
	}
}

func TestDaemonKilled(t *testing.T) {
	n := newNode(t)
	staging, pod, gone, unmounted := n.target(), n.target(), n.target(), n.target()
	for _, target := range []string{staging, gone, unmounted} {
		n.mount(target)
	}
	must(t, n.mounter.Bind(n.within(5*time.Second), staging, pod, nil))
	must(t, os.WriteFile(staging+"/a", []byte("x"), 0o644))
	n.stopDaemon(syscall.SIGKILL)
	if s := n.state(staging); !s.Mounted || !s.Dead {
		t.Fatalf("without a daemon: %+v", s)
	}
	must(t, n.mounter.Unmount(n.within(10*time.Second), unmounted))
	must(t, n.mounter.Unmount(n.within(10*time.Second), gone))
	must(t, os.Remove(gone))

	n.server.Kill()
	n.startDaemon()
	n.eventually("the records of what is gone are dropped", func() bool { return n.records() == 1 })
	if s := n.state(staging); !s.Dead {
		t.Fatalf("the dead mount was not kept for when the server comes back: %+v", s)
	}
	n.server.Restart()
	n.eventually("the mount is healed", func() bool { return n.state(staging).Answers })
	if got, err := os.ReadFile(staging + "/a"); err != nil || string(got) != "x" {
		t.Fatalf("the healed mount holds %q, %v", got, err)
	}
	must(t, n.mounter.Bind(n.within(5*time.Second), staging, pod, nil))
	if got, err := os.ReadFile(pod + "/a"); err != nil || string(got) != "x" {
		t.Fatalf("the bind made again holds %q, %v", got, err)
	}
	n.stopDaemon(syscall.SIGTERM)
	if n.records() != 1 {
		t.Fatalf("%d records after SIGTERM, want 1", n.records())
	}
	n.startDaemon()
	n.eventually("the mount is healed again", func() bool { return n.state(staging).Answers })
}

func TestAbortedMountIsMadeAnew(t *testing.T) {
	n := newNode(t)
	staging := n.target()
	n.mount(staging)
	held, err := os.Open(staging)
	must(t, err)
	_ = syscall.Unmount(staging, syscall.MNT_FORCE) // busy, but aborted
	must(t, held.Close())
	n.eventually("the mount is dead", func() bool { return n.state(staging).Dead })
	n.mount(staging)
	if s := n.state(staging); !s.Answers || n.records() != 1 {
		t.Fatalf("state %+v, %d records", s, n.records())
	}
}

func TestServerHangs(t *testing.T) {
	n := newNode(t)
	staging, second := n.target(), n.target()
	n.mount(staging)
	must(t, os.WriteFile(staging+"/a", []byte("x"), 0o644))
	n.server.Pause()
	defer n.server.Resume()
	reader := exec.Command("cat", staging+"/a")
	must(t, reader.Start())

	if err := n.mounter.Mount(n.within(500*time.Millisecond), n.source(), second, nil); err == nil {
		t.Fatal("mounted from a server that hangs")
	}
	if s := n.state(staging); s.Answers || s.Dead || !errors.Is(s.Why, mountpoint.ErrHangs) {
		t.Fatalf("state %+v", s)
	}
	start := time.Now()
	must(t, n.mounter.Unmount(n.within(15*time.Second), staging))
	if took := time.Since(start); took > 8*time.Second {
		t.Errorf("unmounting took %v", took)
	}
	_ = reader.Wait() // it was freed
	n.server.Resume()
	n.eventually("the cancelled request left nothing", func() bool { return n.records() == 0 })
	if s := n.state(second); s.Mounted {
		t.Fatalf("the cancelled request left %+v", s)
	}
	n.mount(second)
}

func TestRefusals(t *testing.T) {
	n := newNode(t)
	target := n.target()
	err := n.mounter.Mount(n.within(5*time.Second), n.source(), target, []string{"vers=3,colour=blue"})
	var option *mount.OptionError
	if !errors.As(err, &option) || option.Option != "colour=blue" {
		t.Errorf("an unknown option: %v", err)
	}
	second := exec.Command(os.Args[0])
	second.Env = append(os.Environ(), daemonVariable+"="+n.folder)
	if out, err := second.CombinedOutput(); err == nil || !strings.Contains(string(out), "another mounter") {
		t.Errorf("a second daemon: %v, %s", err, out)
	}
	n.stopDaemon(syscall.SIGTERM)
	if err := n.mounter.Mount(n.within(5*time.Second), n.source(), target, nil); err == nil {
		t.Error("mounted without a daemon")
	}
	must(t, n.mounter.Unmount(n.within(5*time.Second), target))
}
