package variation

import (
	"context"
	"sync"
	"time"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// readyLater counts from the moment of the cut, which the storage remembers.
func readyLater(p pace) grpc.UnaryServerInterceptor {
	later := func(s *csi.Snapshot) {
		s.ReadyToUse = s.GetReadyToUse() && time.Since(s.GetCreationTime().AsTime()) >= p.ready
	}
	return func(ctx context.Context, req any, _ *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (any, error) {
		answer, err := handle(ctx, req)
		if err != nil {
			return nil, err
		}
		switch answer := answer.(type) {
		case *csi.CreateSnapshotResponse:
			later(answer.GetSnapshot())
		case *csi.ListSnapshotsResponse:
			for _, e := range answer.GetEntries() {
				later(e.GetSnapshot())
			}
		}
		return answer, nil
	}
}

// holdingVolumes treats a volume that has snapshots as in use, as storage does whose snapshots stand on their source.
func holdingVolumes(pace) grpc.UnaryServerInterceptor {
	return func(ctx context.Context, req any, info *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (any, error) {
		deleted, is := req.(*csi.DeleteVolumeRequest)
		if !is {
			return handle(ctx, req)
		}
		controller, is := info.Server.(csi.ControllerServer)
		if !is {
			return nil, status.Errorf(codes.Internal, "%s is served by a %T", info.FullMethod, info.Server)
		}
		its, err := controller.ListSnapshots(ctx, &csi.ListSnapshotsRequest{SourceVolumeId: deleted.GetVolumeId()})
		if err != nil {
			return nil, err
		}
		if n := len(its.GetEntries()); n > 0 {
			return nil, status.Errorf(codes.FailedPrecondition, "volume %s has %d snapshots, which are to be deleted first", deleted.GetVolumeId(), n)
		}
		return handle(ctx, req)
	}
}

// holdingSnapshots treats a snapshot from which volumes were restored as in use, as storage does whose restores stand on it.
func holdingSnapshots(pace) grpc.UnaryServerInterceptor {
	var mu sync.Mutex
	restores := map[string]map[string]bool{} // snapshot → volumes
	return func(ctx context.Context, req any, _ *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (any, error) {
		mu.Lock() // of two calls at once one comes first: a snapshot does not go while it is restored
		defer mu.Unlock()
		if gone, is := req.(*csi.DeleteSnapshotRequest); is && len(restores[gone.GetSnapshotId()]) > 0 {
			return nil, status.Errorf(codes.FailedPrecondition, "snapshot %s has %d restored volumes, which are to be deleted first", gone.GetSnapshotId(), len(restores[gone.GetSnapshotId()]))
		}
		answer, err := handle(ctx, req)
		if err != nil {
			return nil, err
		}
		switch req := req.(type) {
		case *csi.CreateVolumeRequest:
			if from := req.GetVolumeContentSource().GetSnapshot().GetSnapshotId(); from != "" {
				if restores[from] == nil {
					restores[from] = map[string]bool{}
				}
				restores[from][answer.(*csi.CreateVolumeResponse).GetVolume().GetVolumeId()] = true
			}
		case *csi.DeleteVolumeRequest:
			for _, volumes := range restores {
				delete(volumes, req.GetVolumeId())
			}
		}
		return answer, nil
	}
}
