package mount

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"

	"csicert/driver/mount/mountpoint"
	"csicert/driver/mount/protocol"
)

// forgetLimit is how long an unmount waits for the daemon before it goes on
// without: the daemon forgets mounts that are gone when it starts again.
const forgetLimit = 15 * time.Second

// byFUSE asks the mounter daemon.
type byFUSE struct {
	local
	log    *slog.Logger
	socket string
	client *http.Client
}

var _ Mounter = (*byFUSE)(nil)

func newFUSE(settings Settings) (*byFUSE, error) {
	if err := device("/dev/fuse"); err != nil {
		return nil, err
	}
	if settings.Socket == "" {
		return nil, errors.New("mounting by FUSE needs the mounter daemon's socket")
	}
	var dialer net.Dialer
	transport := &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return dialer.DialContext(ctx, "unix", settings.Socket)
		},
		DisableKeepAlives: true, // the daemon may be another one next time
	}
	return &byFUSE{
		local:  local{prober: &mountpoint.Prober{}},
		log:    settings.Log,
		socket: settings.Socket,
		client: &http.Client{Transport: transport},
	}, nil
}

// Kind is FUSE.
func (*byFUSE) Kind() string { return FUSE }

// Mount asks the daemon, which finds out what is there already.
func (f *byFUSE) Mount(ctx context.Context, source Source, target string, options []string) error {
	if _, _, err := ForFUSE(source, options); err != nil {
		return err
	}
	resolved, err := mountpoint.Resolve(target)
	if err != nil {
		return fmt.Errorf("mounting %s: %w", source, err)
	}
	err = f.ask(ctx, protocol.MountPath, protocol.Mount{
		Server: source.Server, Port: source.Port, MountPort: source.MountPort, Path: source.Path,
		Target: resolved, Options: options,
	})
	if err != nil {
		return fmt.Errorf("mounting %s at %s: %w", source, target, err)
	}
	m, err := mountpoint.At(target)
	if err == nil && m == nil {
		err = errors.New("the daemon mounted, but the mount is not seen here: both need the folder with bidirectional propagation")
	}
	return err
}

// Unmount has the daemon forget the mount, and removes what is left. It
// works without the daemon.
func (f *byFUSE) Unmount(ctx context.Context, target string) error {
	resolved, err := mountpoint.Resolve(target)
	if err == nil {
		asking, cancel := context.WithTimeout(ctx, forgetLimit)
		defer cancel()
		if err := f.ask(asking, protocol.UnmountPath, protocol.Unmount{Target: resolved}); err != nil {
			f.log.Warn("unmounting without the mounter daemon", "target", target, "error", err)
		}
	}
	return f.local.Unmount(ctx, target)
}

// ask sends one request to the daemon.
func (f *byFUSE) ask(ctx context.Context, path string, body any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("writing the request: %w", err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://mounter"+path, bytes.NewReader(text))
	if err != nil {
		return fmt.Errorf("making the request: %w", err)
	}
	request.Header.Set("Content-Type", "application/json")
	answer, err := f.client.Do(request)
	if err != nil {
		return fmt.Errorf("asking the mounter daemon at %s: %w", f.socket, err)
	}
	defer answer.Body.Close()
	if answer.StatusCode == http.StatusOK {
		return nil
	}
	var failure protocol.Failure
	if err := json.NewDecoder(io.LimitReader(answer.Body, protocol.MaxBody)).Decode(&failure); err != nil {
		return fmt.Errorf("reading the mounter daemon's answer %s: %w", answer.Status, err)
	}
	return errors.New(failure.Message)
}
