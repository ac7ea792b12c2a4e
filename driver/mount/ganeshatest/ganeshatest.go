// Package ganeshatest runs a real nfs-ganesha for tests: a private one on
// free ports, gone when its test ends. It is for tests only.
//
// It needs root, the Debian packages nfs-ganesha, nfs-ganesha-vfs and
// rpcbind, and a folder to export that is not on overlayfs; where one is
// missing the test fails and says so. The rpcbind that it starts where none
// answers stays, because tests of other packages may lean on it by then.
package ganeshatest

import (
	_ "embed"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"testing"
	"text/template"
	"time"

	"golang.org/x/sys/unix"
)

// Host is the name that the servers are reached by.
const Host = "127.0.0.1"

const (
	startLimit = 20 * time.Second
	look       = 20 * time.Millisecond
	install    = "apt-get install -y --no-install-recommends nfs-ganesha nfs-ganesha-vfs rpcbind"

	// Ports are taken from below those that the kernel gives to clients.
	firstPort, lastPort = 20100, 32000

	overlayMagic = 0x794c7630
)

//go:embed ganesha.conf
var configuration string

// Server is one running server.
type Server struct {
	Port, MountPort int
	Export          string // the exported folder

	t       testing.TB
	folder  string
	process *os.Process
	ended   chan struct{} // closed when the process has ended
}

// Start serves the folder until the test ends, and returns where.
func Start(t testing.TB, export string) (server string, port, mountPort int) {
	t.Helper()
	s := Run(t, export)
	return Host, s.Port, s.MountPort
}

// Run serves the folder until the test ends.
func Run(t testing.TB, export string) *Server {
	t.Helper()
	require(t, export)
	s := &Server{t: t, Export: export, folder: t.TempDir()}
	s.Port, s.MountPort = freePort(t), freePort(t)
	s.configure()
	s.Restart()
	t.Cleanup(s.Kill)
	return s
}

// require fails the test where a server could not run.
func require(t testing.TB, export string) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Fatal("this test runs an NFS server and mounts: run it as root")
	}
	for _, program := range []string{"ganesha.nfsd", "rpcbind"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Fatalf("this test needs %s: %s", program, install)
		}
	}
	var space unix.Statfs_t
	if err := unix.Statfs(export, &space); err != nil {
		t.Fatalf("looking at the folder to export: %v", err)
	}
	if space.Type == overlayMagic {
		t.Fatalf("%s is on overlayfs, which cannot be exported: set TMPDIR to a folder on ext4, xfs, btrfs or tmpfs", export)
	}
}

func freePort(t testing.TB) int {
	t.Helper()
	for range 100 {
		port := firstPort + rand.IntN(lastPort-firstPort)
		listener, err := net.Listen("tcp", ":"+strconv.Itoa(port))
		if err != nil {
			continue
		}
		if err := listener.Close(); err != nil {
			t.Fatalf("freeing port %d: %v", port, err)
		}
		return port
	}
	t.Fatal("no free port found")
	return 0
}

func (s *Server) configure() {
	s.t.Helper()
	file, err := os.Create(filepath.Join(s.folder, "ganesha.conf"))
	if err != nil {
		s.t.Fatalf("writing the server's configuration: %v", err)
	}
	defer file.Close()
	values := map[string]any{"Port": s.Port, "MountPort": s.MountPort, "Export": s.Export, "State": s.folder}
	if err := template.Must(template.New("ganesha").Parse(configuration)).Execute(file, values); err != nil {
		s.t.Fatalf("writing the server's configuration: %v", err)
	}
}

// Restart starts the server on its ports again; it must have been killed.
func (s *Server) Restart() {
	s.t.Helper()
	unlock := Lock(s.t)
	defer unlock()
	startPortmapper(s.t)
	var err error
	for range 3 {
		if err = s.launch(); err == nil {
			return
		}
	}
	s.t.Fatalf("starting nfs-ganesha: %v", err)
}

// launch starts the process and waits until its ports answer.
func (s *Server) launch() error {
	path := func(name string) string { return filepath.Join(s.folder, name) }
	command := exec.Command("ganesha.nfsd", "-F", "-L", path("ganesha.log"), "-f", path("ganesha.conf"), "-p", path("ganesha.pid"))
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	ended, started := make(chan struct{}), make(chan error, 1)
	go func() {
		// The signal comes when the starting thread ends, so it is kept.
		runtime.LockOSThread()
		err := command.Start()
		started <- err
		if err == nil {
			_ = command.Wait() // it ends by being killed
			close(ended)
		}
	}()
	if err := <-started; err != nil {
		return err
	}
	s.process, s.ended = command.Process, ended
	limit := time.After(startLimit)
	for {
		if listening(s.Port) && listening(s.MountPort) {
			return nil
		}
		select {
		case <-time.After(look):
		case <-ended:
			log, err := os.ReadFile(path("ganesha.log"))
			return fmt.Errorf("it ended; its log (%v):\n%s", err, log)
		case <-limit:
			s.Kill()
			return fmt.Errorf("not listening after %v", startLimit)
		}
	}
}

// Kill ends the server at once, as kill -9 does, and waits for that.
func (s *Server) Kill() {
	_ = s.process.Signal(syscall.SIGKILL) // it may have ended already
	<-s.ended
}

// Pause stops the server, which keeps its connections and answers nothing.
func (s *Server) Pause() { s.signal(syscall.SIGSTOP) }

// Resume lets a paused server go on.
func (s *Server) Resume() { s.signal(syscall.SIGCONT) }

func (s *Server) signal(number syscall.Signal) {
	s.t.Helper()
	if err := s.process.Signal(number); err != nil {
		s.t.Fatalf("sending %v to nfs-ganesha: %v", number, err)
	}
}

func listening(port int) bool {
	conn, err := net.DialTimeout("tcp", net.JoinHostPort(Host, strconv.Itoa(port)), time.Second)
	if err != nil {
		return false
	}
	return conn.Close() == nil
}
