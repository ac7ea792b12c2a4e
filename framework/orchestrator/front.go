package orchestrator

import (
	"context"
	"fmt"
	"io"
	"net"
	"sync"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc"
)

// bridge makes a socket here of the driver's, for a program of its own. Closing it ends its connections.
func (c *CO) bridge(ctx context.Context, socket string) (stop func(), err error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "unix", socket)
	if err != nil {
		return nil, fmt.Errorf("making a socket: %w", err)
	}
	ctx, cancel := context.WithCancel(ctx)
	var all sync.WaitGroup
	all.Go(func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return // closed
			}
			all.Go(func() { c.carry(ctx, near) })
		}
	})
	return func() {
		cancel()
		_ = listener.Close()
		all.Wait()
	}, nil
}

// carry joins a connection with one to the driver, until one of them or ctx ends.
func (c *CO) carry(ctx context.Context, near net.Conn) {
	far, err := c.Dial(ctx)
	if err != nil {
		_ = near.Close() // the program says that it has no connection
		return
	}
	stop := sync.OnceFunc(func() { _, _ = near.Close(), far.Close() })
	defer context.AfterFunc(ctx, stop)()
	var both sync.WaitGroup
	both.Go(func() { defer stop(); _, _ = io.Copy(far, near) })
	both.Go(func() { defer stop(); _, _ = io.Copy(near, far) })
	both.Wait()
}

// front serves, at a socket here, the driver's Identity service beside a node that has no volumes: csi-sanity takes every
// volume from the node before it deletes it, and a controller's socket has no node.
func (c *CO) front(ctx context.Context, socket string) (stop func(), err error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "unix", socket)
	if err != nil {
		return nil, fmt.Errorf("making a socket: %w", err)
	}
	server := grpc.NewServer()
	csi.RegisterIdentityServer(server, told{driver: csi.NewIdentityClient(c.lines)})
	csi.RegisterNodeServer(server, emptyNode{})
	var served sync.WaitGroup
	served.Go(func() { _ = server.Serve(listener) }) // it ends by being stopped
	return func() {
		server.Stop()
		served.Wait()
	}, nil
}

// told passes the driver's own answers on.
type told struct {
	csi.UnimplementedIdentityServer
	driver csi.IdentityClient
}

// GetPluginInfo implements csi.IdentityServer.
func (t told) GetPluginInfo(ctx context.Context, req *csi.GetPluginInfoRequest) (*csi.GetPluginInfoResponse, error) {
	return t.driver.GetPluginInfo(ctx, req)
}

// GetPluginCapabilities implements csi.IdentityServer.
func (t told) GetPluginCapabilities(ctx context.Context, req *csi.GetPluginCapabilitiesRequest) (*csi.GetPluginCapabilitiesResponse, error) {
	return t.driver.GetPluginCapabilities(ctx, req)
}

// Probe implements csi.IdentityServer.
func (t told) Probe(ctx context.Context, req *csi.ProbeRequest) (*csi.ProbeResponse, error) {
	return t.driver.Probe(ctx, req)
}

type emptyNode struct{ csi.UnimplementedNodeServer }

// NodeGetCapabilities implements csi.NodeServer.
func (emptyNode) NodeGetCapabilities(context.Context, *csi.NodeGetCapabilitiesRequest) (*csi.NodeGetCapabilitiesResponse, error) {
	return &csi.NodeGetCapabilitiesResponse{}, nil
}

// NodeUnpublishVolume implements csi.NodeServer.
func (emptyNode) NodeUnpublishVolume(context.Context, *csi.NodeUnpublishVolumeRequest) (*csi.NodeUnpublishVolumeResponse, error) {
	return &csi.NodeUnpublishVolumeResponse{}, nil
}
