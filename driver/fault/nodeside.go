package fault

import (
	"context"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/protobuf/proto"
)

// nodeFaults are in what a node does with volumes.
func nodeFaults() []Fault {
	return []Fault{
		{Name: "read-only-is-writable", Wrong: "a volume that is to be read only can be written to",
			Node: func(next csi.NodeServer) csi.NodeServer { return writable{next} }},
	}
}

type writable struct{ csi.NodeServer }

// NodePublishVolume implements csi.NodeServer.
func (w writable) NodePublishVolume(ctx context.Context, req *csi.NodePublishVolumeRequest) (*csi.NodePublishVolumeResponse, error) {
	req = proto.CloneOf(req)
	req.Readonly = false
	return w.NodeServer.NodePublishVolume(ctx, req)
}
