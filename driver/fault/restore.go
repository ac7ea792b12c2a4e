package fault

import (
	"context"

	"github.com/container-storage-interface/spec/lib/go/csi"
)

// restoreFaults are in what the controller makes of a volume that is to be filled from a snapshot or another volume.
func restoreFaults() []Fault {
	return []Fault{
		{Name: "restore-is-empty", Wrong: "the copy is not filled, and is said to be",
			Controller: creating(func(ctx context.Context, next csi.ControllerServer, req *volumeRequest) (*volumeAnswer, error) {
				return instead(ctx, next, req, nil)
			})},
		{Name: "larger-restore-is-empty", Wrong: "a restore that is larger than its source is not filled", Controller: creating(emptyIfLarger)},
		{Name: "larger-restore-stays-small", Wrong: "the restore has its source's size, whatever was asked for", Controller: creating(asSmall)},
		{Name: "restore-is-the-present", Wrong: "the restore holds what the source holds now", Controller: creating(presentInstead)},
		{Name: "restore-takes-the-latest", Wrong: "the restore takes its source's newest snapshot, whichever was asked for", Controller: creating(latestInstead)},
		{Name: "copy-is-its-source", Wrong: "the copy is the source volume itself", Controller: creating(sourceItself)},
		{Name: "restores-share-one-volume", Wrong: "all restores of a snapshot are one volume", Controller: sharing},
	}
}

// instead makes the volume from another source than was asked for, nil for none, and does not say so.
func instead(ctx context.Context, next csi.ControllerServer, req *volumeRequest, source *csi.VolumeContentSource) (*volumeAnswer, error) {
	asked := req.VolumeContentSource
	req.VolumeContentSource = source
	answer, err := next.CreateVolume(ctx, req)
	if err == nil {
		answer.Volume.ContentSource = asked
	}
	return answer, err
}

func fromVolume(id string) *csi.VolumeContentSource {
	return &csi.VolumeContentSource{Type: &csi.VolumeContentSource_Volume{Volume: &csi.VolumeContentSource_VolumeSource{VolumeId: id}}}
}

func fromSnapshot(id string) *csi.VolumeContentSource {
	return &csi.VolumeContentSource{Type: &csi.VolumeContentSource_Snapshot{Snapshot: &csi.VolumeContentSource_SnapshotSource{SnapshotId: id}}}
}

// behind is the volume that the request's source is, or was cut from, with its size at the cut. Errors: NOT_FOUND.
func behind(ctx context.Context, c csi.ControllerServer, req *volumeRequest) (id string, size int64, err error) {
	if volume := req.GetVolumeContentSource().GetVolume().GetVolumeId(); volume != "" {
		v, err := volumeOf(ctx, c, volume)
		return volume, v.GetCapacityBytes(), err
	}
	s, err := snapshotOf(ctx, c, req.GetVolumeContentSource().GetSnapshot().GetSnapshotId())
	return s.GetSourceVolumeId(), s.GetSizeBytes(), err
}

func presentInstead(ctx context.Context, next csi.ControllerServer, req *volumeRequest) (*volumeAnswer, error) {
	if req.GetVolumeContentSource().GetSnapshot() == nil {
		return next.CreateVolume(ctx, req)
	}
	volume, _, err := behind(ctx, next, req)
	if err != nil {
		return nil, err
	}
	return instead(ctx, next, req, fromVolume(volume))
}

func latestInstead(ctx context.Context, next csi.ControllerServer, req *volumeRequest) (*volumeAnswer, error) {
	if req.GetVolumeContentSource().GetSnapshot() == nil {
		return next.CreateVolume(ctx, req)
	}
	volume, _, err := behind(ctx, next, req)
	if err != nil {
		return nil, err
	}
	all, err := snapshotsOf(ctx, next, &csi.ListSnapshotsRequest{SourceVolumeId: volume})
	if err != nil {
		return nil, err
	}
	latest := all[0]
	for _, s := range all {
		if s.GetCreationTime().AsTime().After(latest.GetCreationTime().AsTime()) {
			latest = s
		}
	}
	return instead(ctx, next, req, fromSnapshot(latest.GetSnapshotId()))
}

func sourceItself(ctx context.Context, next csi.ControllerServer, req *volumeRequest) (*volumeAnswer, error) {
	if req.GetVolumeContentSource() == nil {
		return next.CreateVolume(ctx, req)
	}
	id, _, err := behind(ctx, next, req)
	if err != nil {
		return nil, err
	}
	volume, err := volumeOf(ctx, next, id)
	if err != nil {
		return nil, err
	}
	volume.CapacityBytes = max(volume.GetCapacityBytes(), req.GetCapacityRange().GetRequiredBytes())
	volume.ContentSource = req.GetVolumeContentSource()
	return &volumeAnswer{Volume: volume}, nil
}

func emptyIfLarger(ctx context.Context, next csi.ControllerServer, req *volumeRequest) (*volumeAnswer, error) {
	if req.GetVolumeContentSource() == nil {
		return next.CreateVolume(ctx, req)
	}
	_, size, err := behind(ctx, next, req)
	if err != nil {
		return nil, err
	}
	if req.GetCapacityRange().GetRequiredBytes() <= size {
		return next.CreateVolume(ctx, req)
	}
	return instead(ctx, next, req, nil)
}

func asSmall(ctx context.Context, next csi.ControllerServer, req *volumeRequest) (*volumeAnswer, error) {
	if req.GetVolumeContentSource() == nil {
		return next.CreateVolume(ctx, req)
	}
	_, size, err := behind(ctx, next, req)
	if err != nil {
		return nil, err
	}
	req.CapacityRange = &csi.CapacityRange{RequiredBytes: size}
	return next.CreateVolume(ctx, req)
}

// sharing gives every restore of a snapshot the first one's volume.
func sharing(next csi.ControllerServer) csi.ControllerServer {
	var sizes memory[*csi.CapacityRange]
	return creating(func(ctx context.Context, next csi.ControllerServer, req *volumeRequest) (*volumeAnswer, error) {
		if id := req.GetVolumeContentSource().GetSnapshot().GetSnapshotId(); id != "" {
			req.Name, req.CapacityRange = "restore-of-"+id, sizes.once(id, req.GetCapacityRange)
		}
		return next.CreateVolume(ctx, req)
	})(next)
}
