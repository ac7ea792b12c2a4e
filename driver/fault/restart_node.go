package fault

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/container-storage-interface/spec/lib/go/csi"
	fusefs "github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// nodeRestartFaults are in what a node loses when its plugin was started again, or the storage's server was.
func nodeRestartFaults() []Fault {
	return []Fault{
		{Name: "mounts-die-with-plugin", Wrong: "the node plugin serves the mounts itself, and they end with its process", Node: serving},
		{Name: "staging-forgotten-after-restart", Wrong: "a node plugin that was started again gives no pod a volume that it does not remember to have staged", Node: forgettingStaging},
		{Name: "unpublish-refused-after-restart", Wrong: "a node plugin that was started again takes no volume from a pod that it does not remember", Lasting: true, Node: keepingPublished},
		{Name: "mount-gives-up", Wrong: "the mount answers with an error as soon as the server does not answer at once", Node: spoiltNode{stage: softly}.around},
	}
}

// serving shows a volume to a pod through a file system that this process serves.
func serving(next csi.NodeServer) csi.NodeServer {
	var served memory[*fuse.Server] // by target
	return spoiltNode{
		publish: func(_ context.Context, _ csi.NodeServer, req *csi.NodePublishVolumeRequest) (*csi.NodePublishVolumeResponse, error) {
			if _, already := served.recall(req.GetTargetPath()); already {
				return &csi.NodePublishVolumeResponse{}, nil
			}
			server, err := mirror(req.GetStagingTargetPath(), req.GetTargetPath())
			if err != nil {
				return nil, status.Errorf(codes.Internal, "serving %s at %s: %v", req.GetStagingTargetPath(), req.GetTargetPath(), err)
			}
			served.remember(req.GetTargetPath(), server)
			return &csi.NodePublishVolumeResponse{}, nil
		},
		unpublish: func(ctx context.Context, next csi.NodeServer, req *csi.NodeUnpublishVolumeRequest) (*csi.NodeUnpublishVolumeResponse, error) {
			served.forget(req.GetTargetPath())
			return next.NodeUnpublishVolume(ctx, req) // which unmounts whatever is there
		},
	}.around(next)
}

// mirror mounts at the target a file system whose files are the source's.
func mirror(source, target string) (*fuse.Server, error) {
	if err := os.MkdirAll(target, 0o750); err != nil {
		return nil, err
	}
	root, err := fusefs.NewLoopbackRoot(source)
	if err != nil {
		return nil, err
	}
	return fusefs.Mount(target, root, &fusefs.Options{MountOptions: fuse.MountOptions{
		AllowOther: true, DirectMountStrict: true, DisableXAttrs: true, FsName: source, Name: "fault", Options: []string{"default_permissions"}}})
}

// forgettingStaging publishes only what this process staged.
func forgettingStaging(next csi.NodeServer) csi.NodeServer {
	var staged memory[bool] // by staging path
	return spoiltNode{
		stage: func(ctx context.Context, next csi.NodeServer, req *csi.NodeStageVolumeRequest) (*csi.NodeStageVolumeResponse, error) {
			answer, err := next.NodeStageVolume(ctx, req)
			if err == nil {
				staged.remember(req.GetStagingTargetPath(), true)
			}
			return answer, err
		},
		publish: func(ctx context.Context, next csi.NodeServer, req *csi.NodePublishVolumeRequest) (*csi.NodePublishVolumeResponse, error) {
			if known, _ := staged.recall(req.GetStagingTargetPath()); !known {
				return nil, status.Errorf(codes.FailedPrecondition, "volume %s was never staged at %s", req.GetVolumeId(), req.GetStagingTargetPath())
			}
			return next.NodePublishVolume(ctx, req)
		},
	}.around(next)
}

// wary refuses what is asked about things that this process did not make, for a while that begins with the first of them: what
// is deleted when the judgement is over is not refused again.
type wary struct {
	made memory[bool]
	stubborn
}

func (w *wary) refuses(what string) error {
	if known, _ := w.made.recall(what); known {
		return nil
	}
	if w.stubborn.refuses("") != nil {
		return status.Errorf(codes.Internal, "not now: %s is not known", what)
	}
	return nil
}

// keepingPublished refuses for a while to take back what this process did not publish.
func keepingPublished(next csi.NodeServer) csi.NodeServer {
	var strangers wary // by target
	return spoiltNode{
		publish: func(ctx context.Context, next csi.NodeServer, req *csi.NodePublishVolumeRequest) (*csi.NodePublishVolumeResponse, error) {
			answer, err := next.NodePublishVolume(ctx, req)
			if err == nil {
				strangers.made.remember(req.GetTargetPath(), true)
			}
			return answer, err
		},
		unpublish: func(ctx context.Context, next csi.NodeServer, req *csi.NodeUnpublishVolumeRequest) (*csi.NodeUnpublishVolumeResponse, error) {
			if err := strangers.refuses(req.GetTargetPath()); err != nil {
				return nil, err
			}
			return next.NodeUnpublishVolume(ctx, req)
		},
	}.around(next)
}

// softly has the client wait for half a second, once. A server that is started again takes longer.
func softly(ctx context.Context, next csi.NodeServer, req *csi.NodeStageVolumeRequest) (*csi.NodeStageVolumeResponse, error) {
	if mount := req.GetVolumeCapability().GetMount(); mount != nil {
		mount.MountFlags = append(mount.MountFlags, "soft", "timeo=5", "retrans=0")
	}
	return next.NodeStageVolume(ctx, req)
}

// noteOf is the file that tells with which fault a target was published; empty where there can be none.
func noteOf(target string) string {
	own, err := ownFolder(target)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256([]byte(target))
	return filepath.Join(own, "published", hex.EncodeToString(sum[:]))
}

// note keeps the fault of a target beyond the process.
func note(target, fault string) error {
	file := noteOf(target)
	if file == "" {
		return nil
	}
	err := os.MkdirAll(filepath.Dir(file), 0o700)
	if err == nil {
		err = os.WriteFile(file, []byte(fault), 0o600)
	}
	if err != nil {
		return status.Errorf(codes.Internal, "noting the fault of %s: %v", target, err)
	}
	return nil
}

// noted is the fault of a target that an earlier process published; empty for none.
func noted(target string) (string, error) {
	file := noteOf(target)
	if file == "" {
		return "", nil
	}
	fault, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", status.Errorf(codes.Internal, "reading the fault of %s: %v", target, err)
	}
	return string(fault), nil
}

func dropNote(target string) error {
	file := noteOf(target)
	if file == "" {
		return nil
	}
	if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return status.Errorf(codes.Internal, "forgetting the fault of %s: %v", target, err)
	}
	return nil
}
