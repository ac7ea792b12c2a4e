package nfs_test

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/kubernetes-csi/csi-test/v5/pkg/sanity"

	"csicert/driver/filer"
	"csicert/driver/filer/store"
	"csicert/driver/mount"
	"csicert/driver/mount/daemon"
	"csicert/driver/mount/ganeshatest"
	"csicert/driver/nfs"
)

// still stands for a server that need not stop: nobody writes during the copies of these tests.
type still struct{}

func (still) Freeze(context.Context) (func() error, error) { return func() error { return nil }, nil }

const zone = "zone-a"

func newStore(t *testing.T, capacity int64) *store.Store {
	t.Helper()
	s, err := store.Open(store.Options{Dir: t.TempDir(), Capacity: capacity, Freezer: still{}, Now: time.Now, Log: slog.New(slog.DiscardHandler)})
	must(t, err)
	return s
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// daemonVariable makes the test binary a mounter: a process must not wait for a file system that it serves itself.
const daemonVariable = "NFS_TEST_MOUNTER"

func TestMain(m *testing.M) {
	if folder := os.Getenv(daemonVariable); folder != "" {
		os.Exit(runMounter(folder))
	}
	os.Exit(m.Run())
}

func runMounter(folder string) int {
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	d, err := daemon.New(log, filepath.Join(folder, "state"))
	if err == nil {
		err = errors.Join(d.Serve(ctx, filepath.Join(folder, "mounter.sock")), d.Close())
	}
	if err != nil {
		log.Error("mounter", "error", err)
		return 1
	}
	return 0
}

// newMounter runs a mounter, and returns a client of it.
func newMounter(t *testing.T) mount.Mounter {
	t.Helper()
	folder := t.TempDir()
	socket := filepath.Join(folder, "mounter.sock")
	process := exec.Command(os.Args[0])
	process.Env = append(os.Environ(), daemonVariable+"="+folder)
	process.Stderr = os.Stderr
	process.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	must(t, process.Start())
	t.Cleanup(func() {
		must(t, process.Process.Signal(syscall.SIGTERM))
		if err := process.Wait(); err != nil {
			t.Error(err)
		}
	})
	deadline := time.Now().Add(startLimit)
	for {
		connection, err := net.Dial("unix", socket)
		if err == nil {
			must(t, connection.Close())
			break
		}
		if time.Now().After(deadline) {
			t.Fatal(err)
		}
		time.Sleep(look)
	}
	m, err := mount.New(t.Context(), mount.FUSE, mount.Settings{Socket: socket, Log: slog.New(slog.DiscardHandler)})
	must(t, err)
	return m
}

const (
	startLimit = 20 * time.Second
	look       = 20 * time.Millisecond
)

// serve runs a whole driver at a socket, and returns its endpoint.
func serve(t *testing.T, s nfs.Services, log *slog.Logger) string {
	t.Helper()
	endpoint := "unix://" + filepath.Join(t.TempDir(), "csi.sock")
	ctx, stop := context.WithCancel(context.Background())
	listener, err := nfs.Listen(ctx, endpoint)
	must(t, err)
	ended := make(chan error, 1)
	go func() { ended <- nfs.Serve(ctx, listener, s, log) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return endpoint
}

// TestSanity is csi-sanity over a real socket, a real server and real mounts.
func TestSanity(t *testing.T) {
	disk := newStore(t, 1<<42)
	server, port, mountPort := ganeshatest.Start(t, disk.Export())
	zones := []nfs.Zone{{Name: zone, API: "https://unused", Server: server, Port: port, MountPort: mountPort, Export: disk.Export()}}
	log := slog.New(slog.DiscardHandler)
	endpoint := serve(t, nfs.Services{
		Identity:   nfs.NewIdentity(nfs.DriverName, "test", nil),
		Controller: nfs.NewController(nfs.ControllerOptions{Filers: map[string]filer.Filer{zone: disk}, Exports: map[string]string{zone: disk.Export()}, Log: log}),
		Node:       nfs.NewNode(nfs.NodeOptions{ID: "node-1", Segments: map[string]string{nfs.ZoneKey: zone}, Zones: zones, Mounter: newMounter(t), Log: log}),
	}, log)
	folder := t.TempDir()
	config := sanity.NewTestConfig()
	config.Address = endpoint
	config.TargetPath, config.StagingPath = filepath.Join(folder, "target"), filepath.Join(folder, "staging")
	config.TestVolumeSize = 1 << 30
	config.IdempotentCount = 2
	config.RemoveTargetPath = removeIfThere
	config.RemoveStagingPath = removeIfThere
	sanity.Test(t, config)
}

func removeIfThere(path string) error {
	if err := os.Remove(path); !os.IsNotExist(err) {
		return err
	}
	return nil
}
