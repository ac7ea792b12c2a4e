package fault

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"golang.org/x/sys/unix"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// nodeFaults are in what a node does with volumes.
func nodeFaults() []Fault {
	return []Fault{
		{Name: "read-only-always", Wrong: "every volume is read only", Node: spoiltNode{publish: forReading}.around},
		{Name: "volumes-share-data", Wrong: "all volumes of a node show one folder", Node: stagingOne},
		{Name: "data-lost-when-unpublished", Wrong: "a volume's files are removed when its pod ends",
			Node: spoiltNode{unpublish: func(ctx context.Context, next csi.NodeServer, req *csi.NodeUnpublishVolumeRequest) (*csi.NodeUnpublishVolumeResponse, error) {
				if err := sweep(req.GetTargetPath()); err != nil {
					return nil, err
				}
				return next.NodeUnpublishVolume(ctx, req)
			}}.around},
		{Name: "modes-flattened", Wrong: "publishing a volume gives every file in it the mode 0777",
			Node: spoiltNode{publish: func(ctx context.Context, next csi.NodeServer, req *csi.NodePublishVolumeRequest) (*csi.NodePublishVolumeResponse, error) {
				answer, err := next.NodePublishVolume(ctx, req)
				if err == nil {
					err = flatten(req.GetTargetPath())
				}
				return answer, err
			}}.around},
		{Name: "mount-missing", Wrong: "the volume is not mounted and pods write to the node's own disk",
			Node: spoiltNode{publish: func(_ context.Context, _ csi.NodeServer, req *csi.NodePublishVolumeRequest) (*csi.NodePublishVolumeResponse, error) {
				return &csi.NodePublishVolumeResponse{}, bindFolder(req, filepath.Base(req.GetVolumeId()))
			}}.around},
		{Name: "mount-options-ignored", Wrong: "volumes are mounted without the options of their class", Controller: creating(withoutOptions), Node: barely.around},
		{Name: "unknown-option-told-once", Wrong: "who asks again for a volume that was refused gets it, and without the mount options of its class", Controller: refusingOnce, Node: barely.around},
		{Name: "second-publish-is-empty", Wrong: "only the first pod of a node sees the volume", Node: showingOnce},
		{Name: "one-volume-per-node", Wrong: "a node that has one volume mounted refuses the other", Node: publishingOne},
		{Name: "unpublish-refused", Wrong: "a volume cannot be taken from a pod that ends",
			Node: func(next csi.NodeServer) csi.NodeServer {
				var s stubborn
				return spoiltNode{unpublish: func(ctx context.Context, next csi.NodeServer, req *csi.NodeUnpublishVolumeRequest) (*csi.NodeUnpublishVolumeResponse, error) {
					if err := s.refuses(req.GetTargetPath()); err != nil {
						return nil, err
					}
					return next.NodeUnpublishVolume(ctx, req)
				}}.around(next)
			}},
	}
}

func forReading(ctx context.Context, next csi.NodeServer, req *csi.NodePublishVolumeRequest) (*csi.NodePublishVolumeResponse, error) {
	req.Readonly = true
	return next.NodePublishVolume(ctx, req)
}

// stagingOne mounts, in place of every volume, the one that was staged first and is staged still.
func stagingOne(next csi.NodeServer) csi.NodeServer {
	var staged memory[string] // staging path → volume
	return spoiltNode{
		stage: func(ctx context.Context, next csi.NodeServer, req *csi.NodeStageVolumeRequest) (*csi.NodeStageVolumeResponse, error) {
			staged.remember(req.GetStagingTargetPath(), req.GetVolumeId()) // before others ask: a pod's volumes come at one time
			if first, any := staged.oldest(); any {
				req.VolumeId = first
			}
			answer, err := next.NodeStageVolume(ctx, req)
			if err != nil {
				staged.forget(req.GetStagingTargetPath())
			}
			return answer, err
		},
		unstage: func(ctx context.Context, next csi.NodeServer, req *csi.NodeUnstageVolumeRequest) (*csi.NodeUnstageVolumeResponse, error) {
			staged.forget(req.GetStagingTargetPath())
			return next.NodeUnstageVolume(ctx, req)
		},
	}.around(next)
}

// showingOnce shows a volume to one target at a time, and an empty folder to the others.
func showingOnce(next csi.NodeServer) csi.NodeServer {
	var shown memory[string] // volume → the target that sees it
	return spoiltNode{
		publish: func(ctx context.Context, next csi.NodeServer, req *csi.NodePublishVolumeRequest) (*csi.NodePublishVolumeResponse, error) {
			if shown.once(req.GetVolumeId(), req.GetTargetPath) != req.GetTargetPath() {
				return &csi.NodePublishVolumeResponse{}, bindFolder(req, "empty")
			}
			return next.NodePublishVolume(ctx, req)
		},
		unpublish: func(ctx context.Context, next csi.NodeServer, req *csi.NodeUnpublishVolumeRequest) (*csi.NodeUnpublishVolumeResponse, error) {
			if to, _ := shown.recall(req.GetVolumeId()); to == req.GetTargetPath() {
				shown.forget(req.GetVolumeId())
			}
			return next.NodeUnpublishVolume(ctx, req)
		},
	}.around(next)
}

// publishingOne refuses a volume while another one is published on the node.
func publishingOne(next csi.NodeServer) csi.NodeServer {
	var published memory[string] // target → volume
	return spoiltNode{
		publish: func(ctx context.Context, next csi.NodeServer, req *csi.NodePublishVolumeRequest) (*csi.NodePublishVolumeResponse, error) {
			if there, any := published.oldest(); any && there != req.GetVolumeId() {
				return nil, status.Errorf(codes.Internal, "volume %s is in use on this node, there is no room for another", there)
			}
			published.remember(req.GetTargetPath(), req.GetVolumeId())
			return next.NodePublishVolume(ctx, req)
		},
		unpublish: func(ctx context.Context, next csi.NodeServer, req *csi.NodeUnpublishVolumeRequest) (*csi.NodeUnpublishVolumeResponse, error) {
			published.forget(req.GetTargetPath())
			return next.NodeUnpublishVolume(ctx, req)
		},
	}.around(next)
}

// sweep removes what is below the folder, as far as it can be written to.
func sweep(folder string) error {
	inside, err := os.ReadDir(folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return status.Errorf(codes.Internal, "looking into %s: %v", folder, err)
	}
	for _, e := range inside {
		if err := os.RemoveAll(filepath.Join(folder, e.Name())); err != nil && !errors.Is(err, unix.EROFS) {
			return status.Errorf(codes.Internal, "sweeping %s: %v", folder, err)
		}
	}
	return nil
}

// flatten opens everything below the folder to everybody.
func flatten(folder string) error {
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || path == folder || d.Type()&fs.ModeSymlink != 0 {
			return err
		}
		return os.Chmod(path, 0o777)
	})
	if err != nil {
		return status.Errorf(codes.Internal, "flattening %s: %v", folder, err)
	}
	return nil
}

// ownFolders is where folders of the node's own disk stand, below the kubelet's folder for plugins, which the
// plugin's pod and the node see alike.
const ownFolders = "plugins/faults.csicert.dev"

// ownFolder is the same, for the kubelet that asks for a target path.
func ownFolder(target string) (string, error) {
	kubelet, _, found := strings.Cut(target, "/pods/")
	if !found {
		return "", status.Errorf(codes.InvalidArgument, "target_path %q is not below a kubelet's pods", target)
	}
	return filepath.Join(kubelet, ownFolders), nil
}

// bindFolder shows a folder of the node's own disk at the target. It stays until the node goes.
func bindFolder(req *csi.NodePublishVolumeRequest, name string) error {
	own, err := ownFolder(req.GetTargetPath())
	if err != nil {
		return err
	}
	folder := filepath.Join(own, name)
	for _, path := range []string{folder, req.GetTargetPath()} {
		if err := os.MkdirAll(path, 0o777); err != nil {
			return status.Errorf(codes.Internal, "making %s: %v", path, err)
		}
	}
	var target, source unix.Stat_t
	if err := errors.Join(unix.Stat(req.GetTargetPath(), &target), unix.Stat(folder, &source)); err != nil {
		return status.Errorf(codes.Internal, "looking at %s: %v", folder, err)
	}
	if target.Ino == source.Ino && target.Dev == source.Dev {
		return nil // bound already
	}
	if err := unix.Mount(folder, req.GetTargetPath(), "", unix.MS_BIND, ""); err != nil {
		return status.Errorf(codes.Internal, "binding %s to %s: %v", folder, req.GetTargetPath(), err)
	}
	return nil
}
