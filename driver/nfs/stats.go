package nfs

import (
	"context"
	"path/filepath"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"golang.org/x/sys/unix"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// NodeGetVolumeStats implements csi.NodeServer. The numbers are the server's file system's, as with any NFS.
func (n *node) NodeGetVolumeStats(ctx context.Context, req *csi.NodeGetVolumeStatsRequest) (*csi.NodeGetVolumeStatsResponse, error) {
	if req.GetVolumeId() == "" {
		return nil, missing("volume_id", "the ID of a volume")
	}
	if req.GetVolumePath() == "" {
		return nil, missing("volume_path", "where the volume is mounted")
	}
	if !filepath.IsAbs(req.GetVolumePath()) {
		return nil, status.Errorf(codes.NotFound, "volume %s is not mounted at %s: the driver mounts at absolute paths", req.GetVolumeId(), req.GetVolumePath())
	}
	at, err := n.Mounter.Mounted(ctx, req.GetVolumePath())
	if err != nil {
		return nil, status.Errorf(codes.Internal, "looking at %s: %v", req.GetVolumePath(), err)
	}
	if !at.Mounted {
		return nil, status.Errorf(codes.NotFound, "volume %s is not mounted at %s", req.GetVolumeId(), req.GetVolumePath())
	}
	if !at.Answers {
		return nil, status.Errorf(codes.Unavailable, "volume %s at %s does not answer: %v", req.GetVolumeId(), req.GetVolumePath(), at.Why)
	}
	var fs unix.Statfs_t
	if err := unix.Statfs(req.GetVolumePath(), &fs); err != nil {
		return nil, status.Errorf(codes.Internal, "measuring %s: %v", req.GetVolumePath(), err)
	}
	block := fs.Bsize
	return &csi.NodeGetVolumeStatsResponse{Usage: []*csi.VolumeUsage{
		{Unit: csi.VolumeUsage_BYTES, Total: int64(fs.Blocks) * block, Available: int64(fs.Bavail) * block, Used: int64(fs.Blocks-fs.Bfree) * block},
		{Unit: csi.VolumeUsage_INODES, Total: int64(fs.Files), Available: int64(fs.Ffree), Used: int64(fs.Files - fs.Ffree)},
	}}, nil
}
