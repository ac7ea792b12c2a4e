package daemon

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"csicert/driver/mount"
	"csicert/driver/mount/protocol"
)

const (
	headerLimit = 5 * time.Second
	// requestLimit bounds a request whose sender waits for ever.
	requestLimit = 2 * time.Minute
)

// Serve heals what an earlier daemon left and answers requests on the socket
// until the context ends. Mounts stay served for as long as the process lives.
func (d *Daemon) Serve(ctx context.Context, socket string) error {
	listener, err := listen(socket)
	if err != nil {
		return fmt.Errorf("listening for requests: %w", err)
	}
	go d.Heal(ctx)
	server := &http.Server{
		Handler:           d.handler(),
		ReadHeaderTimeout: headerLimit,
		BaseContext:       func(net.Listener) context.Context { return ctx },
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	d.log.Info("serving", "socket", socket)
	select {
	case err := <-failed:
		return fmt.Errorf("serving requests: %w", err)
	case <-ctx.Done():
		return server.Close()
	}
}

// listen takes the place of a daemon that is gone, not of one that answers.
// Only the owner may connect.
func listen(socket string) (net.Listener, error) {
	if conn, err := net.Dial("unix", socket); err == nil {
		return nil, errors.Join(fmt.Errorf("a daemon answers at %s already", socket), conn.Close())
	}
	if err := os.Remove(socket); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	before := unix.Umask(0o177)
	defer unix.Umask(before)
	return net.Listen("unix", socket)
}

func (d *Daemon) handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("POST "+protocol.MountPath, answer(d.Mount))
	mux.Handle("POST "+protocol.UnmountPath, answer(d.Unmount))
	return mux
}

// answer makes a handler of a function that carries out requests of one kind.
// The context it gets ends when the sender goes away.
func answer[Request any](carryOut func(context.Context, Request) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var request Request
		text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, protocol.MaxBody))
		if err == nil {
			err = json.Unmarshal(text, &request)
		}
		if err != nil {
			reply(w, http.StatusBadRequest, protocol.Failure{Message: fmt.Sprintf("the request cannot be read: %v", err)})
			return
		}
		ctx, cancel := context.WithTimeout(r.Context(), requestLimit)
		defer cancel()
		err = carryOut(ctx, request)
		var option *mount.OptionError
		switch {
		case err == nil:
			reply(w, http.StatusOK, struct{}{})
		case errors.As(err, &option):
			reply(w, http.StatusBadRequest, protocol.Failure{Message: err.Error()})
		default:
			reply(w, http.StatusInternalServerError, protocol.Failure{Message: err.Error()})
		}
	})
}

func reply(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the sender may have gone
}
