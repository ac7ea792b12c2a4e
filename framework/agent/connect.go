package agent

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"

	"golang.org/x/sys/unix"
)

// Connect carries standard input to a Unix socket inside a container, and what comes back to standard output, until the
// socket's owner ends the connection. It needs the process namespace of the node (hostPID) and the right to look into
// other processes, as a privileged container has it.
type Connect struct {
	Container string // as a pod's status names it, without the runtime's prefix
	Socket    string // absolute, as the container sees it
}

// Args implements [Request].
func (r Connect) Args() []string {
	return []string{"connect", "-container=" + r.Container, "--", r.Socket}
}

func (r Connect) check() error {
	if !containerID.MatchString(r.Container) {
		return usage("connect -container: found %q, accepted is an ID of 64 hexadecimal digits", r.Container)
	}
	if !filepath.IsAbs(r.Socket) {
		return usage("connect SOCKET: found %q, accepted is an absolute path", r.Socket)
	}
	return nil
}

func (r Connect) run(ctx context.Context, stdin io.Reader, stdout io.Writer) error {
	if err := r.check(); err != nil {
		return err
	}
	return r.in(ctx, processes, stdin, stdout)
}

// in looks for the container among the processes that proc shows.
func (r Connect) in(ctx context.Context, proc string, stdin io.Reader, stdout io.Writer) error {
	root, err := r.root(proc)
	if err != nil {
		return fmt.Errorf("connecting to %s: %w", r.Socket, err)
	}
	conn, err := dialIn(ctx, root, r.Socket)
	if err != nil {
		return fmt.Errorf("connecting to %s in container %.12s: %w", r.Socket, r.Container, err)
	}
	defer conn.Close() // both directions have ended
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	go func() { // ends with the connection or with the program, whichever is first
		_, err := io.Copy(conn, stdin)
		if err == nil {
			_ = conn.CloseWrite() // the owner sees the end, and answers by ending the connection
			return
		}
		_ = conn.Close()
	}()
	if _, err := io.Copy(stdout, conn); err != nil && ctx.Err() == nil && !errors.Is(err, net.ErrClosed) {
		return fmt.Errorf("carrying what %s says: %w", r.Socket, err)
	}
	return nil
}

// root is the root folder of the container, as one of its processes has it.
func (r Connect) root(proc string) (string, error) {
	names, err := filepath.Glob(filepath.Join(proc, "[1-9]*"))
	if err != nil {
		return "", err
	}
	for _, name := range names {
		if _, err := strconv.Atoi(filepath.Base(name)); err != nil {
			continue
		}
		cgroups, err := os.ReadFile(filepath.Join(name, "cgroup"))
		if err == nil && inContainer(string(cgroups), r.Container) { // or it has ended
			return filepath.Join(name, "root"), nil
		}
	}
	return "", fmt.Errorf("container %.12s has no process on this node", r.Container)
}

// dialIn connects to a socket below the root. Links in the path lead to where they lead inside of the container; the way
// over a file descriptor has none of the length limit that a socket's path has.
func dialIn(ctx context.Context, root, socket string) (*net.UnixConn, error) {
	dir, err := os.Open(root)
	if err != nil {
		return nil, err
	}
	defer dir.Close() // only looked at
	fd, err := unix.Openat2(int(dir.Fd()), socket, &unix.OpenHow{Flags: unix.O_PATH | unix.O_CLOEXEC, Resolve: unix.RESOLVE_IN_ROOT})
	if err != nil {
		return nil, &os.PathError{Op: "openat2", Path: socket, Err: err}
	}
	file := os.NewFile(uintptr(fd), socket)
	defer file.Close() // only looked at
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "unix", fmt.Sprintf("/proc/self/fd/%d", fd))
	if err != nil {
		return nil, err
	}
	return conn.(*net.UnixConn), nil
}
