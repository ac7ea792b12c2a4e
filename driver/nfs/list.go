package nfs

import (
	"context"
	"strconv"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/timestamppb"

	"csicert/driver/filer"
)

func describeVolume(zone string, v filer.Volume) *csi.Volume {
	return &csi.Volume{
		VolumeId:           handle{zone: zone, id: v.ID}.String(),
		CapacityBytes:      v.Size,
		ContentSource:      contentOf(v.Origin),
		AccessibleTopology: []*csi.Topology{{Segments: map[string]string{ZoneKey: zone}}},
	}
}

func describeSnapshot(zone string, s filer.Snapshot) *csi.Snapshot {
	return &csi.Snapshot{
		SnapshotId:     handle{zone: zone, id: s.ID}.String(),
		SourceVolumeId: handle{zone: zone, id: s.Volume}.String(),
		SizeBytes:      s.Size,
		CreationTime:   timestamppb.New(s.Created),
		ReadyToUse:     true, // a filer shows complete ones only
	}
}

// page cuts a list of n. A token is the index of the first entry of a page. Errors: ABORTED for a token that is not one
// (CSI, ListVolumes errors).
func page(n int, most int32, token string) (from, to int, next string, err error) {
	if most < 0 {
		return 0, 0, "", badField("max_entries", strconv.Itoa(int(most)), "zero or more")
	}
	if token != "" {
		if from, err = strconv.Atoi(token); err != nil || from < 0 || from > n {
			return 0, 0, "", status.Errorf(codes.Aborted, "starting_token: found %q; accepted: a next_token of this list", token)
		}
	}
	to = n
	if most > 0 && from+int(most) < n {
		to = from + int(most)
		next = strconv.Itoa(to)
	}
	return from, to, next, nil
}

// ListVolumes implements csi.ControllerServer.
func (c *controller) ListVolumes(ctx context.Context, req *csi.ListVolumesRequest) (*csi.ListVolumesResponse, error) {
	var all []*csi.ListVolumesResponse_Entry
	for _, z := range c.zones() {
		listed, err := c.filers[z].Volumes(ctx)
		if err != nil {
			return nil, failed("listing the volumes of zone "+z, err)
		}
		for _, v := range listed {
			all = append(all, &csi.ListVolumesResponse_Entry{Volume: describeVolume(z, v)})
		}
	}
	from, to, next, err := page(len(all), req.GetMaxEntries(), req.GetStartingToken())
	if err != nil {
		return nil, err
	}
	return &csi.ListVolumesResponse{Entries: all[from:to], NextToken: next}, nil
}

// ControllerGetVolume implements csi.ControllerServer.
func (c *controller) ControllerGetVolume(ctx context.Context, req *csi.ControllerGetVolumeRequest) (*csi.ControllerGetVolumeResponse, error) {
	if req.GetVolumeId() == "" {
		return nil, missing("volume_id", "the ID of a volume")
	}
	f, h, err := c.at(filer.OfVolume, req.GetVolumeId())
	if err != nil {
		return nil, err
	}
	volume, err := f.Volume(ctx, h.id)
	if err != nil {
		return nil, failed("looking at volume "+h.String(), err)
	}
	return &csi.ControllerGetVolumeResponse{Volume: describeVolume(h.zone, volume), Status: &csi.ControllerGetVolumeResponse_VolumeStatus{}}, nil
}

// GetSnapshot implements csi.ControllerServer.
func (c *controller) GetSnapshot(ctx context.Context, req *csi.GetSnapshotRequest) (*csi.GetSnapshotResponse, error) {
	if req.GetSnapshotId() == "" {
		return nil, missing("snapshot_id", "the ID of a snapshot")
	}
	f, h, err := c.at(filer.OfSnapshot, req.GetSnapshotId())
	if err != nil {
		return nil, err
	}
	shot, err := f.Snapshot(ctx, h.id)
	if err != nil {
		return nil, failed("looking at snapshot "+h.String(), err)
	}
	return &csi.GetSnapshotResponse{Snapshot: describeSnapshot(h.zone, shot)}, nil
}
