package fault

import (
	"context"
	"sync"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/protobuf/proto"
)

// NewNode returns the honest node with every fault beside it, chosen by the volume's context.
func NewNode(honest csi.NodeServer) csi.NodeServer {
	n := &node{NodeServer: honest, faulty: map[string]csi.NodeServer{}, chosen: map[string]string{}}
	for _, f := range All() {
		n.faulty[f.Name] = honest
		if f.Node != nil {
			n.faulty[f.Name] = f.Node(honest)
		}
	}
	return n
}

type node struct {
	csi.NodeServer // the honest one

	faulty map[string]csi.NodeServer
	mu     sync.Mutex
	chosen map[string]string // target path → fault
}

// NodePublishVolume implements csi.NodeServer.
func (n *node) NodePublishVolume(ctx context.Context, req *csi.NodePublishVolumeRequest) (*csi.NodePublishVolumeResponse, error) {
	name, server, rest, err := chosen(n.NodeServer, n.faulty, req.GetVolumeContext())
	if err != nil {
		return nil, err
	}
	if name == "" {
		return server.NodePublishVolume(ctx, req)
	}
	n.mu.Lock()
	n.chosen[req.GetTargetPath()] = name
	n.mu.Unlock()
	req = proto.CloneOf(req)
	req.VolumeContext = rest
	return server.NodePublishVolume(ctx, req)
}

// NodeStageVolume implements csi.NodeServer.
func (n *node) NodeStageVolume(ctx context.Context, req *csi.NodeStageVolumeRequest) (*csi.NodeStageVolumeResponse, error) {
	name, server, rest, err := chosen(n.NodeServer, n.faulty, req.GetVolumeContext())
	if err != nil {
		return nil, err
	}
	if name == "" {
		return server.NodeStageVolume(ctx, req)
	}
	req = proto.CloneOf(req)
	req.VolumeContext = rest
	return server.NodeStageVolume(ctx, req)
}

// NodeUnpublishVolume implements csi.NodeServer.
func (n *node) NodeUnpublishVolume(ctx context.Context, req *csi.NodeUnpublishVolumeRequest) (*csi.NodeUnpublishVolumeResponse, error) {
	n.mu.Lock()
	server, ok := n.faulty[n.chosen[req.GetTargetPath()]]
	delete(n.chosen, req.GetTargetPath())
	n.mu.Unlock()
	if !ok {
		server = n.NodeServer
	}
	return server.NodeUnpublishVolume(ctx, req)
}
