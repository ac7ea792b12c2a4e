package nfs

import (
	"context"
	"errors"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/timestamppb"

	"csicert/driver/filer"
)

// CreateSnapshot implements csi.ControllerServer. When it answers the snapshot is complete: ready to use.
func (c *controller) CreateSnapshot(ctx context.Context, req *csi.CreateSnapshotRequest) (*csi.CreateSnapshotResponse, error) {
	if req.GetName() == "" {
		return nil, missing("name", "a name for the snapshot")
	}
	if req.GetSourceVolumeId() == "" {
		return nil, missing("source_volume_id", "the ID of a volume")
	}
	if _, own := parseOwn(req.GetSourceVolumeId()); own {
		return nil, noCopies(req.GetSourceVolumeId())
	}
	if err := checkParameters("parameters", req.GetParameters()); err != nil {
		return nil, err
	}
	f, h, err := c.at(filer.OfVolume, req.GetSourceVolumeId())
	if err != nil {
		return nil, err
	}
	release, err := c.busy.hold("snapshot named " + req.GetName())
	if err != nil {
		return nil, err
	}
	defer release()
	if err := c.nameIsFree(ctx, req.GetName(), h.zone); err != nil {
		return nil, err
	}
	shot, err := f.CreateSnapshot(ctx, filer.SnapshotRequest{Name: req.GetName(), Volume: h.id})
	if err != nil {
		return nil, failed("cutting a snapshot of volume "+h.String(), err)
	}
	return &csi.CreateSnapshotResponse{Snapshot: describe(h.zone, shot)}, nil
}

// nameIsFree looks whether another zone has a snapshot of the name, which then has another source.
func (c *controller) nameIsFree(ctx context.Context, name, zone string) error {
	for _, z := range c.zones() {
		if z == zone {
			continue
		}
		_, err := c.filers[z].SnapshotNamed(ctx, name)
		if err == nil {
			return status.Errorf(codes.AlreadyExists, "a snapshot %q of another volume is in zone %s", name, z)
		}
		if !errors.Is(err, filer.ErrNotFound) {
			c.log.WarnContext(ctx, "a zone cannot be asked whether it has a name", "zone", z, "name", name, "error", err)
		}
	}
	return nil
}

func describe(zone string, s filer.Snapshot) *csi.Snapshot {
	return &csi.Snapshot{
		SnapshotId:     handle{zone: zone, id: s.ID}.String(),
		SourceVolumeId: handle{zone: zone, id: s.Volume}.String(),
		SizeBytes:      s.Size,
		CreationTime:   timestamppb.New(s.Created),
		ReadyToUse:     true,
	}
}

// DeleteSnapshot implements csi.ControllerServer. What cannot be here is gone already.
func (c *controller) DeleteSnapshot(ctx context.Context, req *csi.DeleteSnapshotRequest) (*csi.DeleteSnapshotResponse, error) {
	if req.GetSnapshotId() == "" {
		return nil, missing("snapshot_id", "the ID of a snapshot")
	}
	f, h, err := c.at(filer.OfSnapshot, req.GetSnapshotId())
	if err != nil {
		return &csi.DeleteSnapshotResponse{}, nil
	}
	release, err := c.busy.hold(req.GetSnapshotId())
	if err != nil {
		return nil, err
	}
	defer release()
	if err := f.DeleteSnapshot(ctx, h.id); err != nil {
		return nil, failed("deleting snapshot "+h.String(), err)
	}
	return &csi.DeleteSnapshotResponse{}, nil
}

// ListSnapshots implements csi.ControllerServer. A filter that cannot match lists nothing.
func (c *controller) ListSnapshots(ctx context.Context, req *csi.ListSnapshotsRequest) (*csi.ListSnapshotsResponse, error) {
	all, err := c.snapshots(ctx, req.GetSnapshotId(), req.GetSourceVolumeId())
	if err != nil {
		return nil, err
	}
	from, to, next, err := page(len(all), req.GetMaxEntries(), req.GetStartingToken())
	if err != nil {
		return nil, err
	}
	answer := &csi.ListSnapshotsResponse{NextToken: next}
	for _, s := range all[from:to] {
		answer.Entries = append(answer.Entries, &csi.ListSnapshotsResponse_Entry{Snapshot: s})
	}
	return answer, nil
}

func (c *controller) snapshots(ctx context.Context, id, volume string) ([]*csi.Snapshot, error) {
	var all []*csi.Snapshot
	for _, z := range c.zones() {
		listed, err := c.filers[z].Snapshots(ctx)
		if err != nil {
			return nil, failed("listing the snapshots of zone "+z, err)
		}
		for _, s := range listed {
			d := describe(z, s)
			if (id == "" || d.SnapshotId == id) && (volume == "" || d.SourceVolumeId == volume) {
				all = append(all, d)
			}
		}
	}
	return all, nil
}
