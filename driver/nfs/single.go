package nfs

import (
	"github.com/container-storage-interface/spec/lib/go/csi"
	"github.com/moby/sys/mountinfo"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// onlyOnce keeps a volume for a single writer at one target path. Where it is shown is what the kernel says, so that a
// restart forgets nothing. Errors: FAILED_PRECONDITION (CSI, NodePublishVolume errors).
func onlyOnce(req *csi.NodePublishVolumeRequest) error {
	if req.GetVolumeCapability().GetAccessMode().GetMode() != csi.VolumeCapability_AccessMode_SINGLE_NODE_SINGLE_WRITER {
		return nil
	}
	all, err := mountinfo.GetMounts(nil)
	if err != nil {
		return status.Errorf(codes.Internal, "listing the mounts: %v", err)
	}
	var staged *mountinfo.Info
	for _, m := range all {
		if m.Mountpoint == req.GetStagingTargetPath() {
			staged = m
		}
	}
	if staged == nil {
		return nil // it was there a moment ago; the bind tells what became of it
	}
	for _, m := range all {
		if m.Major == staged.Major && m.Minor == staged.Minor && m.Mountpoint != staged.Mountpoint && m.Mountpoint != req.GetTargetPath() {
			return status.Errorf(codes.FailedPrecondition, "volume %s has a single writer and is published at %s", req.GetVolumeId(), m.Mountpoint)
		}
	}
	return nil
}
