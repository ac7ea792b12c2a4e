package nfs

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"golang.org/x/sys/unix"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

const targetMode = 0o750 // of the folders that the driver makes to mount on

// target checks a path on the node that the caller chose.
func target(field, path string) error {
	if path == "" {
		return missing(field, "an absolute path")
	}
	if !filepath.IsAbs(path) || filepath.Clean(path) != path {
		return badField(field, fmt.Sprintf("%q", path), "an absolute path without .. in it")
	}
	return nil
}

// NodeStageVolume implements csi.NodeServer: it mounts the export.
func (n *node) NodeStageVolume(ctx context.Context, req *csi.NodeStageVolumeRequest) (*csi.NodeStageVolumeResponse, error) {
	if req.GetVolumeId() == "" {
		return nil, missing("volume_id", "the ID of a volume")
	}
	if err := target("staging_target_path", req.GetStagingTargetPath()); err != nil {
		return nil, err
	}
	if err := checkCapability(req.GetVolumeCapability()); err != nil {
		return nil, err
	}
	export, err := n.exportOf(req.GetVolumeId(), req.GetVolumeContext())
	if err != nil {
		return nil, err
	}
	release, err := n.busy.hold(req.GetStagingTargetPath())
	if err != nil {
		return nil, err
	}
	defer release()
	if err := os.MkdirAll(req.GetStagingTargetPath(), targetMode); err != nil {
		return nil, status.Errorf(codes.Internal, "making the staging path: %v", err)
	}
	n.Log.InfoContext(ctx, "mounting", "volume", req.GetVolumeId(), "source", export.String(), "mounter", n.Mounter.Kind())
	if err := n.Mounter.Mount(ctx, export, req.GetStagingTargetPath(), req.GetVolumeCapability().GetMount().GetMountFlags()); err != nil {
		return nil, cannotMount(ctx, req.GetVolumeId(), err)
	}
	return &csi.NodeStageVolumeResponse{}, nil
}

func cannotMount(ctx context.Context, volume string, err error) error {
	code := codes.Internal
	switch {
	case errors.Is(err, fs.ErrNotExist):
		code = codes.NotFound
	case ctx.Err() != nil:
		code = status.FromContextError(ctx.Err()).Code()
	}
	return status.Errorf(code, "mounting volume %s: %v", volume, err)
}

// NodeUnstageVolume implements csi.NodeServer.
func (n *node) NodeUnstageVolume(ctx context.Context, req *csi.NodeUnstageVolumeRequest) (*csi.NodeUnstageVolumeResponse, error) {
	if req.GetVolumeId() == "" {
		return nil, missing("volume_id", "the ID of a volume")
	}
	if err := target("staging_target_path", req.GetStagingTargetPath()); err != nil {
		return nil, err
	}
	return &csi.NodeUnstageVolumeResponse{}, n.unmount(ctx, req.GetStagingTargetPath(), func(string) error { return nil }) // the caller made the folder
}

// unmount removes what is mounted at the path, then the path as finally says.
func (n *node) unmount(ctx context.Context, path string, finally func(string) error) error {
	release, err := n.busy.hold(path)
	if err != nil {
		return err
	}
	defer release()
	if err := n.Mounter.Unmount(ctx, path); err != nil {
		return status.Errorf(codes.Internal, "unmounting %s: %v", path, err)
	}
	if err := finally(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return status.Errorf(codes.Internal, "removing %s: %v", path, err)
	}
	return nil
}

// NodePublishVolume implements csi.NodeServer: it shows the staged volume to a pod.
func (n *node) NodePublishVolume(ctx context.Context, req *csi.NodePublishVolumeRequest) (*csi.NodePublishVolumeResponse, error) {
	if req.GetVolumeId() == "" {
		return nil, missing("volume_id", "the ID of a volume")
	}
	for field, path := range map[string]string{"target_path": req.GetTargetPath(), "staging_target_path": req.GetStagingTargetPath()} {
		if err := target(field, path); err != nil {
			return nil, err
		}
	}
	if err := checkCapability(req.GetVolumeCapability()); err != nil {
		return nil, err
	}
	if _, err := n.exportOf(req.GetVolumeId(), req.GetVolumeContext()); err != nil {
		return nil, err
	}
	release, err := n.busy.hold(req.GetTargetPath())
	if err != nil {
		return nil, err
	}
	defer release()
	staged, err := n.Mounter.Mounted(ctx, req.GetStagingTargetPath())
	if err != nil {
		return nil, status.Errorf(codes.Internal, "looking at the staging path: %v", err)
	}
	if !staged.Mounted {
		return nil, status.Errorf(codes.FailedPrecondition, "volume %s is not staged at %s", req.GetVolumeId(), req.GetStagingTargetPath())
	}
	if err := n.agrees(ctx, req); err != nil {
		return nil, err
	}
	if err := onlyOnce(req); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(req.GetTargetPath(), targetMode); err != nil {
		return nil, status.Errorf(codes.Internal, "making the target path: %v", err)
	}
	if err := n.Mounter.Bind(ctx, req.GetStagingTargetPath(), req.GetTargetPath(), bindOptions(req)); err != nil {
		return nil, cannotMount(ctx, req.GetVolumeId(), errors.Join(err, removeEmpty(req.GetTargetPath())))
	}
	return &csi.NodePublishVolumeResponse{}, nil
}

// removeEmpty takes the target back after a mount that failed; the mount's error is told, not this one's.
func removeEmpty(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, unix.EBUSY) && !errors.Is(err, unix.ENOTEMPTY) {
		return err
	}
	return nil
}

func bindOptions(req *csi.NodePublishVolumeRequest) []string {
	if readOnly(req) {
		return []string{"ro"}
	}
	return nil
}

func readOnly(req *csi.NodePublishVolumeRequest) bool {
	switch req.GetVolumeCapability().GetAccessMode().GetMode() {
	case csi.VolumeCapability_AccessMode_SINGLE_NODE_READER_ONLY, csi.VolumeCapability_AccessMode_MULTI_NODE_READER_ONLY:
		return true
	}
	return req.GetReadonly()
}

// agrees refuses a target that is published the other way (CSI, NodePublishVolume: ALREADY_EXISTS, incompatible).
func (n *node) agrees(ctx context.Context, req *csi.NodePublishVolumeRequest) error {
	there, err := n.Mounter.Mounted(ctx, req.GetTargetPath())
	if err != nil {
		return status.Errorf(codes.Internal, "looking at the target path: %v", err)
	}
	if !there.Mounted || there.Dead {
		return nil
	}
	var fs unix.Statfs_t
	if err := unix.Statfs(req.GetTargetPath(), &fs); err != nil {
		return status.Errorf(codes.Internal, "looking at the target path: %v", err)
	}
	if is := fs.Flags&unix.ST_RDONLY != 0; is != readOnly(req) {
		return status.Errorf(codes.AlreadyExists, "volume %s is published at %s with readonly=%t already", req.GetVolumeId(), req.GetTargetPath(), is)
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
	return &csi.NodeUnpublishVolumeResponse{}, n.unmount(ctx, req.GetTargetPath(), os.Remove)
}
