package fault

import (
	"context"

	"github.com/container-storage-interface/spec/lib/go/csi"
)

// lifetimeFaults are in what goes when something else is deleted.
func lifetimeFaults() []Fault {
	return []Fault{
		{Name: "snapshots-die-with-source", Wrong: "the deletion of a volume takes its snapshots with it", Controller: spoilt{deleteVolume: withSnapshots}.around},
		{Name: "source-dies-with-snapshot", Wrong: "the deletion of a snapshot takes its source volume with it", Controller: spoilt{deleteSnapshot: withSource}.around},
		{Name: "restores-die-with-snapshot", Wrong: "the deletion of a snapshot takes what was restored from it with it", Controller: withRestores},
		{Name: "clones-die-with-source", Wrong: "the deletion of a volume takes its clones with it", Controller: withClones},
		{Name: "snapshot-dies-with-restore", Wrong: "the deletion of a restored volume takes its snapshot with it", Controller: withOrigin},
	}
}

func withSnapshots(ctx context.Context, next csi.ControllerServer, req *volumeDeletion) (*csi.DeleteVolumeResponse, error) {
	all, err := snapshotsOf(ctx, next, &csi.ListSnapshotsRequest{SourceVolumeId: req.GetVolumeId()})
	if err != nil {
		return nil, err
	}
	for _, s := range all {
		if _, err := next.DeleteSnapshot(ctx, &cutDeletion{SnapshotId: s.GetSnapshotId()}); err != nil {
			return nil, err
		}
	}
	return next.DeleteVolume(ctx, req)
}

func withSource(ctx context.Context, next csi.ControllerServer, req *cutDeletion) (*csi.DeleteSnapshotResponse, error) {
	found, err := snapshotsOf(ctx, next, &csi.ListSnapshotsRequest{SnapshotId: req.GetSnapshotId()})
	if err != nil {
		return nil, err
	}
	for _, s := range found {
		if _, err := next.DeleteVolume(ctx, &volumeDeletion{VolumeId: s.GetSourceVolumeId()}); err != nil {
			return nil, err
		}
	}
	return next.DeleteSnapshot(ctx, req)
}

// offspring remembers what was copied from each source.
type offspring struct{ copies memory[[]string] }

// making makes volumes, and remembers those whose request tells a source.
func (o *offspring) making(source func(*csi.VolumeContentSource) string) func(context.Context, csi.ControllerServer, *volumeRequest) (*volumeAnswer, error) {
	return func(ctx context.Context, next csi.ControllerServer, req *volumeRequest) (*volumeAnswer, error) {
		answer, err := next.CreateVolume(ctx, req)
		if id := source(req.GetVolumeContentSource()); err == nil && id != "" {
			o.copies.change(id, func(all []string, _ bool) []string { return append(all, answer.GetVolume().GetVolumeId()) })
		}
		return answer, err
	}
}

// drop deletes the source's copies. One that is gone already is deleted again, which does nothing.
func (o *offspring) drop(ctx context.Context, next csi.ControllerServer, source string) error {
	all, _ := o.copies.recall(source)
	for _, id := range all {
		if _, err := next.DeleteVolume(ctx, &volumeDeletion{VolumeId: id}); err != nil {
			return err
		}
	}
	return nil
}

func withRestores(next csi.ControllerServer) csi.ControllerServer {
	var restores offspring
	return spoilt{
		createVolume: restores.making(func(s *csi.VolumeContentSource) string { return s.GetSnapshot().GetSnapshotId() }),
		deleteSnapshot: func(ctx context.Context, next csi.ControllerServer, req *cutDeletion) (*csi.DeleteSnapshotResponse, error) {
			if err := restores.drop(ctx, next, req.GetSnapshotId()); err != nil {
				return nil, err
			}
			return next.DeleteSnapshot(ctx, req)
		},
	}.around(next)
}

func withClones(next csi.ControllerServer) csi.ControllerServer {
	var clones offspring
	return spoilt{
		createVolume: clones.making(func(s *csi.VolumeContentSource) string { return s.GetVolume().GetVolumeId() }),
		deleteVolume: func(ctx context.Context, next csi.ControllerServer, req *volumeDeletion) (*csi.DeleteVolumeResponse, error) {
			if err := clones.drop(ctx, next, req.GetVolumeId()); err != nil {
				return nil, err
			}
			return next.DeleteVolume(ctx, req)
		},
	}.around(next)
}

// withOrigin remembers the snapshot that each volume was restored from.
func withOrigin(next csi.ControllerServer) csi.ControllerServer {
	var origins memory[string]
	return spoilt{
		createVolume: func(ctx context.Context, next csi.ControllerServer, req *volumeRequest) (*volumeAnswer, error) {
			answer, err := next.CreateVolume(ctx, req)
			if id := req.GetVolumeContentSource().GetSnapshot().GetSnapshotId(); err == nil && id != "" {
				origins.remember(answer.GetVolume().GetVolumeId(), id)
			}
			return answer, err
		},
		deleteVolume: func(ctx context.Context, next csi.ControllerServer, req *volumeDeletion) (*csi.DeleteVolumeResponse, error) {
			if id, restored := origins.recall(req.GetVolumeId()); restored {
				if _, err := next.DeleteSnapshot(ctx, &cutDeletion{SnapshotId: id}); err != nil {
					return nil, err
				}
			}
			return next.DeleteVolume(ctx, req)
		},
	}.around(next)
}
