package agent

import (
	"bufio"
	"context"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// container is a folder like /proc in which a process of the container has a root of its own, with a socket at
// /run/csi/csi.sock that sends every line back, and a link /var/run to /run, as images have it.
func container(t *testing.T) string {
	t.Helper()
	dir := proc(t, map[int]string{7: "0::/kubepods/" + others, 8: "0::/kubepods/" + mine})
	root := filepath.Join(dir, "8", "root")
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(os.MkdirAll(filepath.Join(root, "run", "csi"), 0o700))
	must(os.Mkdir(filepath.Join(root, "var"), 0o700))
	must(os.Symlink("/run", filepath.Join(root, "var", "run")))
	folder, err := os.MkdirTemp("", "s") // a socket's own path has to be short
	must(err)
	t.Cleanup(func() { must(os.RemoveAll(folder)) })
	listener, err := net.Listen("unix", filepath.Join(folder, "s"))
	must(err)
	must(os.Link(filepath.Join(folder, "s"), filepath.Join(root, "run", "csi", "csi.sock")))
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return // closed
			}
			go func() { _, _ = io.Copy(conn, conn); _ = conn.Close() }()
		}
	}()
	t.Cleanup(func() { must(listener.Close()) })
	return dir
}

func TestConnectCarriesBothWays(t *testing.T) {
	dir := container(t)
	for _, socket := range []string{"/run/csi/csi.sock", "/var/run/csi/csi.sock", "/run/../../../../run/csi/csi.sock"} {
		in, toAgent := io.Pipe()
		fromAgent, out := io.Pipe()
		ended := make(chan error, 1)
		go func() {
			ended <- Connect{Container: mine, Socket: socket}.in(t.Context(), dir, in, out)
		}()
		lines := bufio.NewReader(fromAgent)
		for _, line := range []string{"one\n", "two\n"} { // each answered before the next is sent
			if _, err := io.WriteString(toAgent, line); err != nil {
				t.Fatal(err)
			}
			if got, err := lines.ReadString('\n'); err != nil || got != line {
				t.Fatalf("%s: sent %q, got %q, %v", socket, line, got, err)
			}
		}
		if err := toAgent.Close(); err != nil {
			t.Fatal(err)
		}
		if err := <-ended; err != nil {
			t.Errorf("%s: the end of the input: %v", socket, err)
		}
	}
}

func TestConnectSaysWhatIsNotThere(t *testing.T) {
	dir := container(t)
	for want, r := range map[string]Connect{
		"no process on this node": {Container: strings.Repeat("c", 64), Socket: "/run/csi/csi.sock"},
		"no such file":            {Container: mine, Socket: "/run/csi/other.sock"},
		"connection refused":      {Container: mine, Socket: "/run/csi"},
	} {
		if err := r.in(t.Context(), dir, strings.NewReader(""), io.Discard); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, want %s", r, err, want)
		}
	}
	for _, bad := range []Connect{{Container: mine[:63], Socket: "/s"}, {Container: mine, Socket: "s"}, {Container: mine}} {
		if _, err := Parse(bad.Args()); err == nil {
			t.Errorf("%v was accepted", bad)
		}
	}
}

func TestConnectEndsWithItsContext(t *testing.T) {
	dir := container(t)
	ctx, cancel := context.WithCancel(t.Context())
	in, toAgent := io.Pipe()
	defer toAgent.Close()
	ended := make(chan error, 1)
	go func() { ended <- Connect{Container: mine, Socket: "/run/csi/csi.sock"}.in(ctx, dir, in, io.Discard) }()
	cancel()
	<-ended // with or without a word: nobody listens
}
