package fault

import (
	"context"
	"sync"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// snapshotFaults are in what the controller says of snapshots and does with them.
func snapshotFaults() []Fault {
	return []Fault{
		{Name: "snapshot-never-ready", Wrong: "a snapshot that is complete never says so",
			Controller: describing(func(s *csi.Snapshot) { s.ReadyToUse = false })},
		{Name: "snapshot-of-no-size", Wrong: "the snapshot asks for a restore of twice its source's size",
			Controller: describing(func(s *csi.Snapshot) { s.SizeBytes *= 2 })},
		{Name: "snapshot-size-unknown", Wrong: "the snapshot does not say how large a restore has to be",
			Controller: describing(func(s *csi.Snapshot) { s.SizeBytes = 0 })},
		{Name: "snapshot-without-time", Wrong: "the snapshot says that it was cut in 1970",
			Controller: describing(func(s *csi.Snapshot) { s.CreationTime = &timestamppb.Timestamp{} })},
		{Name: "snapshots-share-a-handle", Wrong: "all snapshots of a volume are one", Controller: onlyOne},
		{Name: "snapshot-of-restore-is-of-origin", Wrong: "the snapshot shows the volume from which its source was restored", Controller: cuttingTheOrigin},
		{Name: "deleted-snapshot-stays", Wrong: "the deletion of a snapshot is confirmed and not done",
			Controller: spoilt{deleteSnapshot: func(context.Context, csi.ControllerServer, *cutDeletion) (*csi.DeleteSnapshotResponse, error) {
				return &csi.DeleteSnapshotResponse{}, nil
			}}.around},
		{Name: "import-finds-nothing", Wrong: "a snapshot that is there is not found by its handle",
			Controller: spoilt{listSnapshots: func(ctx context.Context, next csi.ControllerServer, req *csi.ListSnapshotsRequest) (*csi.ListSnapshotsResponse, error) {
				if req.GetSnapshotId() != "" {
					return &csi.ListSnapshotsResponse{}, nil
				}
				return next.ListSnapshots(ctx, req)
			}}.around},
	}
}

// describing spoils what is told of a snapshot.
func describing(spoil func(*csi.Snapshot)) func(csi.ControllerServer) csi.ControllerServer {
	return spoilt{
		createSnapshot: func(ctx context.Context, next csi.ControllerServer, req *cutRequest) (*cutAnswer, error) {
			answer, err := next.CreateSnapshot(ctx, req)
			if err == nil {
				spoil(answer.Snapshot)
			}
			return answer, err
		},
		listSnapshots: func(ctx context.Context, next csi.ControllerServer, req *csi.ListSnapshotsRequest) (*csi.ListSnapshotsResponse, error) {
			answer, err := next.ListSnapshots(ctx, req)
			for _, e := range answer.GetEntries() {
				spoil(e.Snapshot)
			}
			return answer, err
		},
	}.around
}

// onlyOne answers with a snapshot that the volume has already, to calls that come at once, too.
func onlyOne(next csi.ControllerServer) csi.ControllerServer {
	var mu sync.Mutex
	return spoilt{createSnapshot: func(ctx context.Context, next csi.ControllerServer, req *cutRequest) (*cutAnswer, error) {
		mu.Lock()
		defer mu.Unlock()
		there, err := snapshotsOf(ctx, next, &csi.ListSnapshotsRequest{SourceVolumeId: req.GetSourceVolumeId()})
		if err != nil {
			return nil, err
		}
		if len(there) > 0 {
			return &cutAnswer{Snapshot: there[0]}, nil
		}
		return next.CreateSnapshot(ctx, req)
	}}.around(next)
}

// cuttingTheOrigin cuts, in place of a volume that is a copy, the volume that it is a copy of.
func cuttingTheOrigin(next csi.ControllerServer) csi.ControllerServer {
	var origins memory[string]
	return spoilt{
		createVolume: func(ctx context.Context, next csi.ControllerServer, req *volumeRequest) (*volumeAnswer, error) {
			answer, err := next.CreateVolume(ctx, req)
			if err != nil || req.GetVolumeContentSource() == nil {
				return answer, err
			}
			origin, _, err := behind(ctx, next, req)
			origins.remember(answer.GetVolume().GetVolumeId(), origin)
			return answer, err
		},
		createSnapshot: func(ctx context.Context, next csi.ControllerServer, req *cutRequest) (*cutAnswer, error) {
			asked := req.GetSourceVolumeId()
			if origin, isCopy := origins.recall(asked); isCopy {
				req.SourceVolumeId = origin
			}
			answer, err := next.CreateSnapshot(ctx, req)
			if err == nil {
				answer.Snapshot.SourceVolumeId = asked
			}
			return answer, err
		},
	}.around(next)
}
