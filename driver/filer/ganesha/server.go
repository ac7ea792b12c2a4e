// Package ganesha serves a filer's volumes by NFSv3 and NFSv4 with nfs-ganesha, a kept server in user space, as a
// process of its own that dies with the filer.
package ganesha

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"time"
)

const (
	program     = "ganesha.nfsd"
	portmapper  = "rpcbind"
	mapperAddr  = "127.0.0.1:111"
	privateDir  = 0o700
	privateFile = 0o600

	startLimit = 30 * time.Second       // from start to the first answer
	stopLimit  = 10 * time.Second       // from SIGTERM to SIGKILL
	look       = 100 * time.Millisecond // between two looks at a port or a process: neither tells
)

// Server is a running nfs-ganesha.
type Server struct {
	options Options
	plugins string
	process *os.Process
	done    chan struct{} // closed when it has ended
	ended   error         // why; set before done is closed
	frozen  chan struct{} // holds one token while a volume is copied
	log     *slog.Logger
}

// Start runs the server and returns when it answers. Errors: *BadOptionError, programs that are not installed, an
// export that the server refuses, ctx's cause.
func Start(ctx context.Context, o Options, log *slog.Logger) (*Server, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	if err := exportable(o.Export); err != nil {
		return nil, err
	}
	plugins, err := filepath.Glob("/usr/lib/*/ganesha")
	if err != nil || len(plugins) == 0 {
		return nil, errors.Join(errors.New("nfs-ganesha's modules are not below /usr/lib: install nfs-ganesha and nfs-ganesha-vfs"), err)
	}
	s := &Server{options: o, plugins: plugins[0], done: make(chan struct{}), frozen: make(chan struct{}, 1), log: log}
	if err := os.MkdirAll(o.recovery(), privateDir); err != nil {
		return nil, fmt.Errorf("making the NFS server's folder: %w", err)
	}
	if err := s.configure(o.Clients); err != nil {
		return nil, err
	}
	if err := needPortmapper(ctx); err != nil {
		return nil, err
	}
	if err := s.run(); err != nil {
		return nil, err
	}
	if err := s.answers(ctx); err != nil {
		return nil, errors.Join(err, s.Stop())
	}
	return s, nil
}

// run starts the process from a thread that stays, because the kernel kills the child when that thread ends.
func (s *Server) run() error {
	command := exec.Command(program, "-F", "-L", s.options.log(), "-f", s.options.config(), "-p", s.options.pid())
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := command.Start()
		started <- err
		if err != nil {
			return
		}
		s.ended = command.Wait()
		close(s.done)
	}()
	if err := <-started; err != nil {
		return fmt.Errorf("starting %s: %w", program, err)
	}
	s.process = command.Process
	return nil
}

func (s *Server) answers(ctx context.Context) error {
	ctx, cancel := context.WithTimeoutCause(ctx, startLimit, fmt.Errorf("no answer within %s", startLimit))
	defer cancel()
	ticker := time.NewTicker(look)
	defer ticker.Stop()
	for {
		if reachable(ctx, net.JoinHostPort("127.0.0.1", strconv.Itoa(s.options.Port))) {
			return nil
		}
		select {
		case <-s.done:
			return fmt.Errorf("the NFS server ended (%w): %s", s.ended, s.tail())
		case <-ctx.Done():
			return fmt.Errorf("starting the NFS server: %w: %s", context.Cause(ctx), s.tail())
		case <-ticker.C:
		}
	}
}

// Done is closed when the server has ended, asked or not.
func (s *Server) Done() <-chan struct{} { return s.done }

// Err says how it ended, once Done is closed.
func (s *Server) Err() error { return fmt.Errorf("the NFS server ended (%w): %s", s.ended, s.tail()) }

// Stop ends the server.
func (s *Server) Stop() error {
	if err := s.process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("stopping the NFS server: %w", err)
	}
	limit := time.NewTimer(stopLimit)
	defer limit.Stop()
	select {
	case <-s.done:
		return nil
	case <-limit.C:
		s.log.Warn("the NFS server did not end on SIGTERM; killing it", "seconds", stopLimit.Seconds())
		if err := s.process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
			return fmt.Errorf("killing the NFS server: %w", err)
		}
		<-s.done
		return nil
	}
}

// Allow changes who may mount. Clients that are no longer allowed are refused from their next request on.
func (s *Server) Allow(clients []netip.Addr) error {
	if err := s.configure(clients); err != nil {
		return err
	}
	if err := s.process.Signal(syscall.SIGHUP); err != nil {
		return fmt.Errorf("telling the NFS server its clients: %w", err)
	}
	return nil
}

func (s *Server) configure(clients []netip.Addr) error {
	o := s.options
	o.Clients = clients
	next := o.config() + ".next"
	if err := os.WriteFile(next, []byte(o.text(s.plugins)), privateFile); err != nil {
		return fmt.Errorf("writing the NFS server's configuration: %w", err)
	}
	if err := os.Rename(next, o.config()); err != nil {
		return fmt.Errorf("writing the NFS server's configuration: %w", err)
	}
	return nil
}
