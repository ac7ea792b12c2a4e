package fault

import (
	"context"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// withoutOptions makes the volume as if its class had no mount options.
func withoutOptions(ctx context.Context, next csi.ControllerServer, req *volumeRequest) (*volumeAnswer, error) {
	for _, c := range req.GetVolumeCapabilities() {
		withoutFlags(c)
	}
	return next.CreateVolume(ctx, req)
}

// refusingOnce leaves the options out of the calls that come after a refusal. It refuses as one who is at a loss: after
// INVALID_ARGUMENT the provisioner does not ask again before its --retry-interval-max.
func refusingOnce(next csi.ControllerServer) csi.ControllerServer {
	var refused memory[bool] // volume's name
	return creating(func(ctx context.Context, next csi.ControllerServer, req *volumeRequest) (*volumeAnswer, error) {
		if was, _ := refused.recall(req.GetName()); was {
			return withoutOptions(ctx, next, req)
		}
		answer, err := next.CreateVolume(ctx, req)
		if status.Code(err) == codes.InvalidArgument {
			refused.remember(req.GetName(), true)
			return nil, status.Error(codes.Internal, status.Convert(err).Message())
		}
		return answer, err
	})(next)
}

// barely mounts volumes without options.
var barely = spoiltNode{
	stage: func(ctx context.Context, next csi.NodeServer, req *csi.NodeStageVolumeRequest) (*csi.NodeStageVolumeResponse, error) {
		withoutFlags(req.GetVolumeCapability())
		return next.NodeStageVolume(ctx, req)
	},
	publish: func(ctx context.Context, next csi.NodeServer, req *csi.NodePublishVolumeRequest) (*csi.NodePublishVolumeResponse, error) {
		withoutFlags(req.GetVolumeCapability())
		return next.NodePublishVolume(ctx, req)
	},
}

func withoutFlags(c *csi.VolumeCapability) {
	if m := c.GetMount(); m != nil {
		m.MountFlags = nil
	}
}
