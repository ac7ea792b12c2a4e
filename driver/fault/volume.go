package fault

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// volumeFaults are in what the controller says of volumes and does with them.
func volumeFaults() []Fault {
	return []Fault{
		{Name: "every-claim-one-volume", Wrong: "the driver hands out one volume again and again",
			Controller: handingOutOne},
		{Name: "volume-smaller-than-asked", Wrong: "the volume has half of the bytes that were asked for, and says so",
			Controller: telling(func(v *csi.Volume) { v.CapacityBytes /= 2 })},
		{Name: "volume-without-handle", Wrong: "the driver gives the volume no handle", Controller: creating(nameless)},
		{Name: "volume-delete-refused", Wrong: "the driver does not delete a volume whose claim is gone", Controller: refusingDeletion},
		{Name: "unknown-parameters-accepted", Wrong: "parameters that the driver does not know are ignored",
			Controller: creating(func(ctx context.Context, next csi.ControllerServer, req *volumeRequest) (*volumeAnswer, error) {
				maps.DeleteFunc(req.Parameters, func(key, _ string) bool { return !strings.HasPrefix(key, "csi.storage.k8s.io/") })
				return next.CreateVolume(ctx, req)
			})},
		{Name: "expansion-is-words", Wrong: "an expansion reports the old size as done",
			Controller: func(next csi.ControllerServer) csi.ControllerServer { return lazyExpansion{next} }},
	}
}

// creating spoils CreateVolume alone.
func creating(spoil func(context.Context, csi.ControllerServer, *volumeRequest) (*volumeAnswer, error)) func(csi.ControllerServer) csi.ControllerServer {
	return spoilt{createVolume: spoil}.around
}

// telling spoils what is told of a new volume.
func telling(spoil func(*csi.Volume)) func(csi.ControllerServer) csi.ControllerServer {
	return creating(func(ctx context.Context, next csi.ControllerServer, req *volumeRequest) (*volumeAnswer, error) {
		answer, err := next.CreateVolume(ctx, req)
		if err == nil {
			spoil(answer.Volume)
		}
		return answer, err
	})
}

// nameless makes a volume and forgets it: nobody could delete it later.
func nameless(ctx context.Context, next csi.ControllerServer, req *volumeRequest) (*volumeAnswer, error) {
	answer, err := next.CreateVolume(ctx, req)
	if err != nil {
		return nil, err
	}
	if _, err := next.DeleteVolume(ctx, &volumeDeletion{VolumeId: answer.Volume.VolumeId}); err != nil {
		return nil, err
	}
	answer.Volume.VolumeId = ""
	return answer, nil
}

// Refusal is how long a call is refused, from the first time: a judgement has to wait less, and what was refused ends well
// all the same. Sidecars and kubelet, which double their pauses from one second or half of one, come again soon after it.
const Refusal = 30500 * time.Millisecond

// stubborn refuses calls for a while.
type stubborn struct{ since memory[time.Time] }

// refuses tells whether a call about the ID or path is refused still.
func (s *stubborn) refuses(what string) error {
	if time.Since(s.since.once(what, time.Now)) < Refusal {
		return status.Errorf(codes.Internal, "not now: %s", what)
	}
	return nil
}

func refusingDeletion(next csi.ControllerServer) csi.ControllerServer {
	var s stubborn
	return spoilt{deleteVolume: func(ctx context.Context, next csi.ControllerServer, req *volumeDeletion) (*csi.DeleteVolumeResponse, error) {
		if err := s.refuses(req.GetVolumeId()); err != nil {
			return nil, err
		}
		return next.DeleteVolume(ctx, req)
	}}.around(next)
}

type lazyExpansion struct{ csi.ControllerServer }

// ControllerExpandVolume implements csi.ControllerServer.
func (l lazyExpansion) ControllerExpandVolume(ctx context.Context, req *csi.ControllerExpandVolumeRequest) (*csi.ControllerExpandVolumeResponse, error) {
	there, err := volumeOf(ctx, l.ControllerServer, req.GetVolumeId())
	if err != nil {
		return nil, err
	}
	return &csi.ControllerExpandVolumeResponse{CapacityBytes: there.GetCapacityBytes()}, nil
}

// volumeOf looks a volume up. Errors: NOT_FOUND.
func volumeOf(ctx context.Context, c csi.ControllerServer, id string) (*csi.Volume, error) {
	all, err := c.ListVolumes(ctx, &csi.ListVolumesRequest{})
	if err != nil {
		return nil, err
	}
	for _, e := range all.GetEntries() {
		if e.GetVolume().GetVolumeId() == id {
			return e.GetVolume(), nil
		}
	}
	return nil, status.Errorf(codes.NotFound, "volume %q is not here", id)
}

// snapshotsOf lists snapshots: the one with the ID, or those of the volume.
func snapshotsOf(ctx context.Context, c csi.ControllerServer, req *csi.ListSnapshotsRequest) ([]*csi.Snapshot, error) {
	found, err := c.ListSnapshots(ctx, req)
	if err != nil {
		return nil, err
	}
	var all []*csi.Snapshot
	for _, e := range found.GetEntries() {
		all = append(all, e.GetSnapshot())
	}
	return all, nil
}

// snapshotOf looks a snapshot up. Errors: NOT_FOUND.
func snapshotOf(ctx context.Context, c csi.ControllerServer, id string) (*csi.Snapshot, error) {
	all, err := snapshotsOf(ctx, c, &csi.ListSnapshotsRequest{SnapshotId: id})
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, status.Errorf(codes.NotFound, "snapshot %q is not here", id)
	}
	return all[0], nil
}

// handingOutOne calls every volume the same, until that one is deleted: a node may still know it by its name.
func handingOutOne(next csi.ControllerServer) csi.ControllerServer {
	var gone memory[bool] // names of those before
	name := func() string { return fmt.Sprintf("the-one-volume-%d", gone.len()) }
	var ids memory[string] // ID → name
	return spoilt{
		createVolume: func(ctx context.Context, next csi.ControllerServer, req *volumeRequest) (*volumeAnswer, error) {
			req.Name = name()
			answer, err := next.CreateVolume(ctx, req)
			if err == nil {
				ids.remember(answer.GetVolume().GetVolumeId(), req.Name)
			}
			return answer, err
		},
		deleteVolume: func(ctx context.Context, next csi.ControllerServer, req *volumeDeletion) (*csi.DeleteVolumeResponse, error) {
			answer, err := next.DeleteVolume(ctx, req)
			if one, known := ids.recall(req.GetVolumeId()); known && err == nil {
				gone.remember(one, true)
			}
			return answer, err
		},
	}.around(next)
}
