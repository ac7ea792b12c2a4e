package fault

import (
	"context"

	"github.com/container-storage-interface/spec/lib/go/csi"
)

// snapshotFaults are in what the controller does with snapshots.
func snapshotFaults() []Fault {
	return []Fault{
		{Name: "snapshot-never-ready", Wrong: "a snapshot that is complete never says that it is",
			Controller: func(next csi.ControllerServer) csi.ControllerServer { return unready{next} }},
		{Name: "snapshot-of-no-size", Wrong: "a snapshot asks for a restore of twice its source's size",
			Controller: cutting(func(s *csi.Snapshot) { s.SizeBytes *= 2 })},
	}
}

// cutting spoils what is told of a snapshot.
func cutting(spoil func(*csi.Snapshot)) func(csi.ControllerServer) csi.ControllerServer {
	return func(next csi.ControllerServer) csi.ControllerServer { return cutter{next, spoil} }
}

type cutter struct {
	csi.ControllerServer
	spoil func(*csi.Snapshot)
}

// CreateSnapshot implements csi.ControllerServer.
func (c cutter) CreateSnapshot(ctx context.Context, req *csi.CreateSnapshotRequest) (*csi.CreateSnapshotResponse, error) {
	answer, err := c.ControllerServer.CreateSnapshot(ctx, req)
	if err == nil {
		c.spoil(answer.Snapshot)
	}
	return answer, err
}

// ListSnapshots implements csi.ControllerServer.
func (c cutter) ListSnapshots(ctx context.Context, req *csi.ListSnapshotsRequest) (*csi.ListSnapshotsResponse, error) {
	answer, err := c.ControllerServer.ListSnapshots(ctx, req)
	if err == nil {
		for _, e := range answer.Entries {
			c.spoil(e.Snapshot)
		}
	}
	return answer, err
}

type unready struct{ csi.ControllerServer }

// CreateSnapshot implements csi.ControllerServer.
func (u unready) CreateSnapshot(ctx context.Context, req *csi.CreateSnapshotRequest) (*csi.CreateSnapshotResponse, error) {
	answer, err := u.ControllerServer.CreateSnapshot(ctx, req)
	if err == nil {
		answer.Snapshot.ReadyToUse = false
	}
	return answer, err
}

// ListSnapshots implements csi.ControllerServer.
func (u unready) ListSnapshots(ctx context.Context, req *csi.ListSnapshotsRequest) (*csi.ListSnapshotsResponse, error) {
	answer, err := u.ControllerServer.ListSnapshots(ctx, req)
	if err == nil {
		for _, e := range answer.Entries {
			e.Snapshot.ReadyToUse = false
		}
	}
	return answer, err
}
