package fault

import (
	"context"
	"errors"
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
		{Name: "unpublish-takes-all", Wrong: "a volume that is taken from one pod is taken from every pod of the node", Node: takingAll},
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

// takingAll ends every mount of the volume that the node has for pods.
func takingAll(next csi.NodeServer) csi.NodeServer {
	var targets memory[string] // target → volume
	return spoiltNode{
		publish: func(ctx context.Context, next csi.NodeServer, req *csi.NodePublishVolumeRequest) (*csi.NodePublishVolumeResponse, error) {
			targets.remember(req.GetTargetPath(), req.GetVolumeId())
			return next.NodePublishVolume(ctx, req)
		},
		unpublish: func(ctx context.Context, next csi.NodeServer, req *csi.NodeUnpublishVolumeRequest) (*csi.NodeUnpublishVolumeResponse, error) {
			targets.forget(req.GetTargetPath())
			for _, target := range targets.keys() {
				if of, _ := targets.recall(target); of != req.GetVolumeId() {
					continue
				}
				if err := unix.Unmount(target, unix.MNT_DETACH); err != nil && !errors.Is(err, unix.EINVAL) { // taken already
					return nil, status.Errorf(codes.Internal, "unmounting %s: %v", target, err)
				}
			}
			return next.NodeUnpublishVolume(ctx, req)
		},
	}.around(next)
}

func mountedAt(path string) (bool, error) {
	there, err := mountpoint.At(path)
	if err != nil {
		return false, status.Errorf(codes.Internal, "looking for mounts at %s: %v", path, err)
	}
	return there != nil, nil
}
