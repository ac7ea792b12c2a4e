package fault

import (
	"context"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/protobuf/proto"
)

// NewNode returns the honest node with every fault beside it, chosen by the volume's context.
func NewNode(honest csi.NodeServer) csi.NodeServer {
	n := &node{NodeServer: honest, faulty: map[string]csi.NodeServer{}, lasting: map[string]bool{}}
	for _, f := range All() {
		n.lasting[f.Name] = f.Lasting
		n.faulty[f.Name] = honest
		if f.Node != nil {
			n.faulty[f.Name] = f.Node(honest)
		}
	}
	return n
}

// node hands each call to the node of its volume's fault. Calls that undo one go where that one went; after a restart
// these are honest, except for what was published with a fault that lasts.
type node struct {
	csi.NodeServer // the honest one

	faulty  map[string]csi.NodeServer
	chosen  memory[string]  // staging or target path → fault
	lasting map[string]bool // by fault
}

// undoing returns the server that the path was given to. The error is that of a note that cannot be read.
func (n *node) undoing(path string) (csi.NodeServer, error) {
	name, known := n.chosen.recall(path)
	if !known {
		var err error
		if name, err = noted(path); err != nil {
			return nil, err
		}
	}
	if server, ok := n.faulty[name]; ok {
		return server, nil
	}
	return n.NodeServer, nil
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
	n.chosen.remember(req.GetStagingTargetPath(), name)
	req = proto.CloneOf(req)
	req.VolumeContext = rest
	return server.NodeStageVolume(ctx, req)
}

// NodeUnstageVolume implements csi.NodeServer.
func (n *node) NodeUnstageVolume(ctx context.Context, req *csi.NodeUnstageVolumeRequest) (*csi.NodeUnstageVolumeResponse, error) {
	server, err := n.undoing(req.GetStagingTargetPath())
	if err != nil {
		return nil, err
	}
	answer, err := server.NodeUnstageVolume(ctx, req)
	if err == nil {
		n.chosen.forget(req.GetStagingTargetPath())
	}
	return answer, err
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
	n.chosen.remember(req.GetTargetPath(), name)
	if n.lasting[name] {
		if err := note(req.GetTargetPath(), name); err != nil {
			return nil, err
		}
	}
	req = proto.CloneOf(req)
	req.VolumeContext = rest
	return server.NodePublishVolume(ctx, req)
}

// NodeUnpublishVolume implements csi.NodeServer.
func (n *node) NodeUnpublishVolume(ctx context.Context, req *csi.NodeUnpublishVolumeRequest) (*csi.NodeUnpublishVolumeResponse, error) {
	server, err := n.undoing(req.GetTargetPath())
	if err != nil {
		return nil, err
	}
	answer, err := server.NodeUnpublishVolume(ctx, req)
	if err == nil {
		n.chosen.forget(req.GetTargetPath())
		err = dropNote(req.GetTargetPath())
	}
	return answer, err
}

// spoiltNode are the calls of a node that a fault answers in its own way, with the honest node at hand. Those that are
// nil are honest. A request is the fault's own: it may change it.
type spoiltNode struct {
	stage     func(context.Context, csi.NodeServer, *csi.NodeStageVolumeRequest) (*csi.NodeStageVolumeResponse, error)
	unstage   func(context.Context, csi.NodeServer, *csi.NodeUnstageVolumeRequest) (*csi.NodeUnstageVolumeResponse, error)
	publish   func(context.Context, csi.NodeServer, *csi.NodePublishVolumeRequest) (*csi.NodePublishVolumeResponse, error)
	unpublish func(context.Context, csi.NodeServer, *csi.NodeUnpublishVolumeRequest) (*csi.NodeUnpublishVolumeResponse, error)
}

// around makes a node of the calls. It is the whole of a fault that remembers nothing.
func (s spoiltNode) around(next csi.NodeServer) csi.NodeServer { return nodeSpoiler{next, s} }

type nodeSpoiler struct {
	csi.NodeServer
	spoilt spoiltNode
}

// NodeStageVolume implements csi.NodeServer.
func (s nodeSpoiler) NodeStageVolume(ctx context.Context, req *csi.NodeStageVolumeRequest) (*csi.NodeStageVolumeResponse, error) {
	return answered(ctx, s.NodeServer, req, s.spoilt.stage, s.NodeServer.NodeStageVolume)
}

// NodeUnstageVolume implements csi.NodeServer.
func (s nodeSpoiler) NodeUnstageVolume(ctx context.Context, req *csi.NodeUnstageVolumeRequest) (*csi.NodeUnstageVolumeResponse, error) {
	return answered(ctx, s.NodeServer, req, s.spoilt.unstage, s.NodeServer.NodeUnstageVolume)
}

// NodePublishVolume implements csi.NodeServer.
func (s nodeSpoiler) NodePublishVolume(ctx context.Context, req *csi.NodePublishVolumeRequest) (*csi.NodePublishVolumeResponse, error) {
	return answered(ctx, s.NodeServer, req, s.spoilt.publish, s.NodeServer.NodePublishVolume)
}

// NodeUnpublishVolume implements csi.NodeServer.
func (s nodeSpoiler) NodeUnpublishVolume(ctx context.Context, req *csi.NodeUnpublishVolumeRequest) (*csi.NodeUnpublishVolumeResponse, error) {
	return answered(ctx, s.NodeServer, req, s.spoilt.unpublish, s.NodeServer.NodeUnpublishVolume)
}
