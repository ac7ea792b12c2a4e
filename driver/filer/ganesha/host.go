package ganesha

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// tailBytes of the server's log go into an error.
const tailBytes = 2000

// exportable says, before ganesha would by a cryptic line, why a folder cannot be served.
func exportable(dir string) error {
	var fs unix.Statfs_t
	if err := unix.Statfs(dir, &fs); err != nil {
		return fmt.Errorf("looking at the export %s: %w", dir, err)
	}
	if fs.Type == unix.OVERLAYFS_SUPER_MAGIC {
		return &BadOptionError{Field: "Export", Found: dir + " on overlayfs",
			Accepted: "a folder on ext4, xfs, btrfs or tmpfs, because overlayfs gives its files no handles; mount a host path or a volume there"}
	}
	return nil
}

// needPortmapper starts rpcbind where none answers: without one ganesha does not serve NFSv3. It stays, as a system's
// own would.
func needPortmapper(ctx context.Context) error {
	if reachable(ctx, mapperAddr) {
		return nil
	}
	output, err := exec.CommandContext(ctx, portmapper, "-w").CombinedOutput() // -w: it forks when it answers
	if err != nil && !reachable(ctx, mapperAddr) {
		return fmt.Errorf("starting %s: %w: %s", portmapper, err, strings.TrimSpace(string(output)))
	}
	ticker := time.NewTicker(look)
	defer ticker.Stop()
	for !reachable(ctx, mapperAddr) {
		select {
		case <-ctx.Done():
			return fmt.Errorf("waiting for %s: %w", portmapper, context.Cause(ctx))
		case <-ticker.C:
		}
	}
	return nil
}

func reachable(ctx context.Context, address string) bool {
	dialer := net.Dialer{Timeout: time.Second}
	conn, err := dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		return false
	}
	return conn.Close() == nil
}

func (s *Server) tail() string {
	content, err := os.ReadFile(s.options.log())
	if errors.Is(err, os.ErrNotExist) {
		return "it wrote no log"
	}
	if err != nil {
		return err.Error()
	}
	return strings.TrimSpace(string(content[max(0, len(content)-tailBytes):]))
}

// Freeze makes the server stand still, so that a copy is of one moment: every write that was acknowledged is in it,
// and none is there in part. Clients wait. One copy at a time. Errors: a server that has ended, ctx's cause.
func (s *Server) Freeze(ctx context.Context) (thaw func() error, err error) {
	select {
	case s.frozen <- struct{}{}:
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	thaw = func() error {
		defer func() { <-s.frozen }()
		if err := s.process.Signal(syscall.SIGCONT); err != nil {
			return fmt.Errorf("letting the NFS server go on: %w", err)
		}
		return nil
	}
	if err := s.process.Signal(syscall.SIGSTOP); err != nil {
		<-s.frozen
		return nil, fmt.Errorf("stopping the NFS server for a copy: %w", err)
	}
	if err := s.still(ctx); err != nil {
		return nil, errors.Join(err, thaw())
	}
	return thaw, nil
}

// still waits until no thread runs: one that is in a system call finishes it first.
func (s *Server) still(ctx context.Context) error {
	ticker := time.NewTicker(time.Millisecond)
	defer ticker.Stop()
	for {
		stopped, err := allStopped(s.process.Pid)
		if err != nil || stopped {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("waiting for the NFS server to stand still: %w", context.Cause(ctx))
		case <-ticker.C:
		}
	}
}

func allStopped(pid int) (bool, error) {
	tasks := fmt.Sprintf("/proc/%d/task", pid)
	entries, err := os.ReadDir(tasks)
	if err != nil {
		return false, fmt.Errorf("looking at the NFS server's threads: %w", err)
	}
	for _, entry := range entries {
		stat, err := os.ReadFile(tasks + "/" + entry.Name() + "/stat")
		if errors.Is(err, os.ErrNotExist) || errors.Is(err, syscall.ESRCH) { // it ended meanwhile
			continue
		}
		if err != nil {
			return false, fmt.Errorf("looking at the NFS server's threads: %w", err)
		}
		// The state follows the name, which is in parentheses and may hold anything.
		_, rest, _ := strings.Cut(string(stat)[strings.LastIndexByte(string(stat), ')'):], " ")
		if !strings.HasPrefix(rest, "T") {
			return false, nil
		}
	}
	return true, nil
}
