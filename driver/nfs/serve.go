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
	"runtime/debug"
	"strings"
	"time"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"github.com/kubernetes-csi/csi-lib-utils/protosanitizer"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Services are what a plugin serves; Controller or Node may be nil.
type Services struct {
	Identity   csi.IdentityServer
	Controller csi.ControllerServer
	Node       csi.NodeServer
	// Between are asked, in this order, before the services are.
	Between []grpc.UnaryServerInterceptor
}

const unixScheme = "unix://"

// SocketOf is the file of an endpoint, unix:///path.
func SocketOf(endpoint string) (string, error) {
	file, ok := strings.CutPrefix(endpoint, unixScheme)
	if !ok || !strings.HasPrefix(file, "/") {
		return "", fmt.Errorf("--endpoint: found %q; accepted: unix:///absolute/path", endpoint)
	}
	return file, nil
}

// Listen makes the endpoint's socket, in the place of one that a dead plugin left.
func Listen(ctx context.Context, endpoint string) (net.Listener, error) {
	file, err := SocketOf(endpoint)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(file), targetMode); err != nil {
		return nil, fmt.Errorf("making the socket's folder: %w", err)
	}
	if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("removing the socket of an earlier plugin: %w", err)
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "unix", file)
	if err != nil {
		return nil, fmt.Errorf("listening at %s: %w", endpoint, err)
	}
	return listener, nil
}

// Serve answers calls until ctx ends, then lets those under way finish.
func Serve(ctx context.Context, listener net.Listener, s Services, log *slog.Logger) error {
	server := grpc.NewServer(grpc.ChainUnaryInterceptor(append([]grpc.UnaryServerInterceptor{logged(log)}, s.Between...)...))
	csi.RegisterIdentityServer(server, s.Identity)
	if s.Controller != nil {
		csi.RegisterControllerServer(server, s.Controller)
	}
	if s.Node != nil {
		csi.RegisterNodeServer(server, s.Node)
	}
	stopped := make(chan struct{})
	defer func() { <-stopped }()
	serving, ended := context.WithCancel(ctx)
	defer ended()
	go func() {
		defer close(stopped)
		<-serving.Done()
		server.GracefulStop()
	}()
	if err := server.Serve(listener); err != nil {
		return fmt.Errorf("serving %s: %w", listener.Addr(), err)
	}
	return nil
}

// logged writes one line a call, without secrets, and makes a panic an answer.
func logged(log *slog.Logger) grpc.UnaryServerInterceptor {
	return func(ctx context.Context, req any, info *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (answer any, err error) {
		began := time.Now()
		defer func() {
			if why := recover(); why != nil {
				log.ErrorContext(ctx, "a call panicked", "method", info.FullMethod, "why", why, "stack", string(debug.Stack()))
				err = status.Error(codes.Internal, "the driver has a defect here; its log says which")
			}
			line := []any{"method", info.FullMethod, "code", status.Code(err).String(), "ms", time.Since(began).Milliseconds(),
				"request", protosanitizer.StripSecrets(req).String()}
			if err != nil {
				log.ErrorContext(ctx, "call", append(line, "error", err.Error())...)
				return
			}
			level := slog.LevelInfo
			if strings.HasSuffix(info.FullMethod, "/Probe") {
				level = slog.LevelDebug // every few seconds, from every sidecar
			}
			log.Log(ctx, level, "call", append(line, "answer", protosanitizer.StripSecrets(answer).String())...)
		}()
		return handle(ctx, req)
	}
}
