package fault

import (
	"context"
	"time"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"golang.org/x/sys/unix"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"csicert/driver/mount/mountpoint"
)

// republishFaults are in what a node does with what it has published: a kubelet that was started again asks for it again for every
// pod that runs.
func republishFaults() []Fault {
	return []Fault{
		{Name: "republish-stacks", Wrong: "publishing a volume again puts one more mount over the one that is there", Node: spoiltNode{publish: stacking}.around},
		{Name: "unpublish-forgotten", Wrong: "a volume is said to be taken from its pod, and stays mounted", Node: spoiltNode{unpublish: leaving}.around},
		{Name: "republish-refused", Wrong: "publishing a volume again is an error, for it is mounted already", Node: spoiltNode{publish: refusingMounted}.around},
	}
}

func stacking(ctx context.Context, next csi.NodeServer, req *csi.NodePublishVolumeRequest) (*csi.NodePublishVolumeResponse, error) {
	there, err := mountedAt(req.GetTargetPath())
	if err != nil {
		return nil, err
	}
	answer, err := next.NodePublishVolume(ctx, req)
	if err != nil || !there {
		return answer, err
	}
	if err := unix.Mount(req.GetStagingTargetPath(), req.GetTargetPath(), "", unix.MS_BIND, ""); err != nil {
		return nil, status.Errorf(codes.Internal, "mounting over %s: %v", req.GetTargetPath(), err)
	}
	return answer, nil
}

func refusingMounted(ctx context.Context, next csi.NodeServer, req *csi.NodePublishVolumeRequest) (*csi.NodePublishVolumeResponse, error) {
	there, err := mountedAt(req.GetTargetPath())
	if err != nil {
		return nil, err
	}
	if there {
		return nil, status.Errorf(codes.Internal, "%s is mounted already", req.GetTargetPath())
	}
	return next.NodePublishVolume(ctx, req)
}

// leaving does nothing, and what it should have done only when nobody looks any more.
func leaving(ctx context.Context, next csi.NodeServer, req *csi.NodeUnpublishVolumeRequest) (*csi.NodeUnpublishVolumeResponse, error) {
	later := context.WithoutCancel(ctx)
	time.AfterFunc(Refusal, func() { _, _ = next.NodeUnpublishVolume(later, req) })
	return &csi.NodeUnpublishVolumeResponse{}, nil
}

func mountedAt(path string) (bool, error) {
	there, err := mountpoint.At(path)
	if err != nil {
		return false, status.Errorf(codes.Internal, "looking for mounts at %s: %v", path, err)
	}
	return there != nil, nil
}
