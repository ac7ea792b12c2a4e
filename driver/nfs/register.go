package nfs

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"time"

	"google.golang.org/grpc"
	registration "k8s.io/kubelet/pkg/apis/pluginregistration/v1"
)

// Registration tells the kubelet of a plugin.
type Registration struct {
	Driver string
	Dir    string // that the kubelet watches: plugins_registry
	Socket string // the plugin's, as the kubelet sees it
	Log    *slog.Logger
}

// lookForSocket is how often Register looks whether the kubelet, or somebody, swept its socket away.
const lookForSocket = 10 * time.Second

// Register keeps a registration socket until ctx ends. Source: k8s.io/kubelet, pluginregistration/v1.
func (r Registration) Register(ctx context.Context) error {
	file := filepath.Join(r.Dir, r.Driver+"-reg.sock")
	for ctx.Err() == nil {
		if err := r.serve(ctx, file); err != nil {
			return err
		}
	}
	return nil
}

// serve answers the kubelet until ctx ends or the socket is gone.
func (r Registration) serve(ctx context.Context, file string) error {
	if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("removing an earlier registration: %w", err)
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "unix", file)
	if err != nil {
		return fmt.Errorf("listening for the kubelet: %w", err)
	}
	server := grpc.NewServer()
	registration.RegisterRegistrationServer(server, &registrar{Registration: r})
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	ticker := time.NewTicker(lookForSocket)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			server.Stop() // it removes the socket
			<-ended
			return nil
		case err := <-ended:
			return fmt.Errorf("serving the kubelet: %w", err)
		case <-ticker.C:
			if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
				r.Log.WarnContext(ctx, "the registration socket was removed; making another", "socket", file)
				server.Stop()
				<-ended
				return nil
			}
		}
	}
}

type registrar struct {
	registration.UnimplementedRegistrationServer
	Registration
}

// GetInfo implements the kubelet's question.
func (r *registrar) GetInfo(context.Context, *registration.InfoRequest) (*registration.PluginInfo, error) {
	return &registration.PluginInfo{Type: registration.CSIPlugin, Name: r.Driver, Endpoint: r.Socket, SupportedVersions: []string{"1.0.0"}}, nil
}

// NotifyRegistrationStatus hears how it went.
func (r *registrar) NotifyRegistrationStatus(ctx context.Context, s *registration.RegistrationStatus) (*registration.RegistrationStatusResponse, error) {
	if s.GetPluginRegistered() {
		r.Log.InfoContext(ctx, "the kubelet registered the driver")
	} else {
		r.Log.ErrorContext(ctx, "the kubelet did not register the driver", "error", s.GetError())
	}
	return &registration.RegistrationStatusResponse{}, nil
}
