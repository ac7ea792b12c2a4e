package fusenfs_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"csicert/driver/mount/fusenfs"
	"csicert/driver/mount/ganeshatest"
	"csicert/driver/mount/mountpoint"
)

// serveVariable makes the test binary serve one mount, so that a test can
// fault on mapped pages of it and can kill it: within one process a page
// fault that waits for the file system would stop the file system.
const serveVariable = "FUSENFS_TEST_SERVE"

type serveOrder struct {
	Export  fusenfs.Export
	Target  string
	Options fusenfs.Options
}

func TestMain(m *testing.M) {
	if order := os.Getenv(serveVariable); order != "" {
		serveMount(order)
		return
	}
	os.Exit(m.Run())
}

func serveMount(text string) {
	var order serveOrder
	if err := json.Unmarshal([]byte(text), &order); err != nil {
		fmt.Println("reading the order:", err)
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	m, err := fusenfs.Mount(ctx, log, order.Export, order.Target, order.Options)
	if err != nil {
		fmt.Println("failed:", err)
		return
	}
	fmt.Println("mounted")
	m.Wait()
}

func exportOf(s *ganeshatest.Server) fusenfs.Export {
	return fusenfs.Export{Server: ganeshatest.Host, Port: s.Port, MountPort: s.MountPort, Path: s.Export}
}

// mount mounts a server's export in a process of its own until the test ends.
func mount(t *testing.T, export fusenfs.Export, options fusenfs.Options) (target string, mounter *os.Process) {
	t.Helper()
	target = t.TempDir()
	order, err := json.Marshal(serveOrder{export, target, options})
	must(t, err)
	command := exec.Command(os.Args[0])
	command.Env = append(os.Environ(), serveVariable+"="+string(order))
	command.Stderr = os.Stderr
	out, err := command.StdoutPipe()
	must(t, err)
	must(t, command.Start())
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		if err := mountpoint.Unmount(ctx, target); err != nil {
			t.Error(err)
		}
		if err := command.Wait(); err != nil && !strings.Contains(err.Error(), "killed") {
			t.Errorf("the mounter: %v", err)
		}
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	must(t, err)
	if line != "mounted\n" {
		t.Fatalf("the mounter says %q", line)
	}
	return target, command.Process
}

// folder makes an empty folder for one check.
func folder(t *testing.T, root string) string {
	t.Helper()
	made, err := os.MkdirTemp(root, "check")
	must(t, err)
	must(t, os.Chmod(made, 0o755))
	return made
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, path, content string) {
	t.Helper()
	must(t, os.WriteFile(path, []byte(content), 0o644))
}

func wantContent(t *testing.T, path, want string) {
	t.Helper()
	got, err := os.ReadFile(path)
	must(t, err)
	if string(got) != want {
		t.Fatalf("%s holds %q, want %q", filepath.Base(path), got, want)
	}
}

func wantErrno(t *testing.T, err error, want syscall.Errno) {
	t.Helper()
	if !isErrno(err, want) {
		t.Fatalf("error %v, want %v", err, want)
	}
}

func stat(t *testing.T, path string) (s unix.Stat_t) {
	t.Helper()
	must(t, unix.Lstat(path, &s))
	return s
}

// as runs a function as another user, on a thread that ends with it.
func as(t *testing.T, id int, do func() error) error {
	t.Helper()
	result := make(chan error)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread is thrown away
		for _, call := range []struct {
			number uintptr
			a      uintptr
		}{{unix.SYS_SETGROUPS, 0}, {unix.SYS_SETRESGID, uintptr(id)}, {unix.SYS_SETRESUID, uintptr(id)}} {
			second := call.a
			if _, _, errno := unix.RawSyscall(call.number, call.a, second, call.a); errno != 0 {
				result <- errno
				return
			}
		}
		result <- do()
	}()
	return <-result
}

// eventually polls until the condition holds, for at most five seconds.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	limit := time.After(5 * time.Second)
	for !holds() {
		select {
		case <-limit:
			t.Fatalf("after five seconds still not: %s", what)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

func discard() *slog.Logger { return slog.New(slog.DiscardHandler) }
