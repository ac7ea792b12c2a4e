package nfs

import (
	"context"
	"errors"
	"io/fs"
	"os"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"golang.org/x/sys/unix"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"csicert/driver/mount"
)

// NodePublishVolume implements csi.NodeServer: it shows the staged volume to a pod.
func (n *node) NodePublishVolume(ctx context.Context, req *csi.NodePublishVolumeRequest) (*csi.NodePublishVolumeResponse, error) {
	if err := checkPublish(req); err != nil {
		return nil, err
	}
	asked, err := flagsOf(req.GetVolumeCapability())
	if err != nil {
		return nil, err
	}
	asked.ReadOnly = asked.ReadOnly || readOnly(req)
	export, err := n.exportOf(req.GetVolumeId(), req.GetVolumeContext())
	if err != nil {
		return nil, err
	}
	release, err := n.alone(ctx, req.GetVolumeId(), req.GetTargetPath())
	if err != nil {
		return nil, err
	}
	defer release()
	if err := n.staged(ctx, req, export); err != nil {
		return nil, err
	}
	if err := n.agrees(ctx, req.GetTargetPath(), export, asked); err != nil {
		return nil, err
	}
	if err := onlyOnce(req); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(req.GetTargetPath(), targetMode); err != nil {
		return nil, status.Errorf(codes.Internal, "making the target path: %v", err)
	}
	var options []string // the other flags are the staged mount's, and a bind has those too
	if asked.ReadOnly {
		options = []string{"ro"}
	}
	if err := n.Mounter.Bind(ctx, req.GetStagingTargetPath(), req.GetTargetPath(), options); err != nil {
		return nil, cannotMount(ctx, req.GetVolumeId(), errors.Join(err, removeEmpty(req.GetTargetPath())))
	}
	return &csi.NodePublishVolumeResponse{}, nil
}

func checkPublish(req *csi.NodePublishVolumeRequest) error {
	if req.GetVolumeId() == "" {
		return missing("volume_id", "the ID of a volume")
	}
	if err := target("target_path", req.GetTargetPath()); err != nil {
		return err
	}
	if err := checkCapability(req.GetVolumeCapability()); err != nil {
		return err
	}
	if req.GetStagingTargetPath() == "" { // a code of its own (CSI, NodePublishVolume errors)
		return status.Error(codes.FailedPrecondition, "staging_target_path: found nothing; accepted: where the volume is staged")
	}
	return target("staging_target_path", req.GetStagingTargetPath())
}

// staged refuses a staging path where the volume is not: a bind of the bare folder, or of another volume, would look
// like success. Errors: FAILED_PRECONDITION, UNAVAILABLE.
func (n *node) staged(ctx context.Context, req *csi.NodePublishVolumeRequest, export mount.Source) error {
	there, err := n.Mounter.Mounted(ctx, req.GetStagingTargetPath())
	switch {
	case err != nil:
		return status.Errorf(codes.Internal, "looking at the staging path: %v", err)
	case !there.Mounted:
		return status.Errorf(codes.FailedPrecondition, "volume %s is not staged at %s", req.GetVolumeId(), req.GetStagingTargetPath())
	case there.Source != export.String():
		return status.Errorf(codes.FailedPrecondition, "at %s %s is staged, not %s of volume %s", req.GetStagingTargetPath(), there.Source, export, req.GetVolumeId())
	case !there.Answers:
		return status.Errorf(codes.Unavailable, "volume %s, staged at %s, does not answer: %v", req.GetVolumeId(), req.GetStagingTargetPath(), there.Why)
	}
	return nil
}

// removeEmpty takes the target back after a mount that failed; the mount's error is told, not this one's.
func removeEmpty(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, unix.EBUSY) && !errors.Is(err, unix.ENOTEMPTY) {
		return err
	}
	return nil
}

// NodeUnpublishVolume implements csi.NodeServer.
func (n *node) NodeUnpublishVolume(ctx context.Context, req *csi.NodeUnpublishVolumeRequest) (*csi.NodeUnpublishVolumeResponse, error) {
	if req.GetVolumeId() == "" {
		return nil, missing("volume_id", "the ID of a volume")
	}
	if err := target("target_path", req.GetTargetPath()); err != nil {
		return nil, err
	}
	if err := n.unmount(ctx, req.GetVolumeId(), req.GetTargetPath(), os.Remove); err != nil {
		return nil, err
	}
	return &csi.NodeUnpublishVolumeResponse{}, nil
}
