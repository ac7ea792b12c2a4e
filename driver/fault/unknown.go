package fault

import (
	"context"
	"crypto/rand"
	"strings"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// unknownFaults are in what the controller does with what does not exist.
func unknownFaults() []Fault {
	return []Fault{
		{Name: "unknown-snapshot-means-empty", Wrong: "a restore of a snapshot that does not exist is an empty volume",
			Controller: creating(func(ctx context.Context, next csi.ControllerServer, req *volumeRequest) (*volumeAnswer, error) {
				return orEmpty(ctx, next, req, req.GetVolumeContentSource().GetSnapshot() != nil)
			})},
		{Name: "unknown-volume-means-empty", Wrong: "a clone of a volume that does not exist is an empty volume",
			Controller: creating(func(ctx context.Context, next csi.ControllerServer, req *volumeRequest) (*volumeAnswer, error) {
				return orEmpty(ctx, next, req, req.GetVolumeContentSource().GetVolume() != nil)
			})},
		{Name: "unknown-volume-confirmed", Wrong: "the capabilities of a volume that does not exist are confirmed",
			Controller: spoilt{validate: func(ctx context.Context, next csi.ControllerServer, req *csi.ValidateVolumeCapabilitiesRequest) (*csi.ValidateVolumeCapabilitiesResponse, error) {
				answer, err := next.ValidateVolumeCapabilities(ctx, req)
				if status.Code(err) == codes.NotFound {
					return &csi.ValidateVolumeCapabilitiesResponse{Confirmed: &csi.ValidateVolumeCapabilitiesResponse_Confirmed{VolumeCapabilities: req.GetVolumeCapabilities()}}, nil
				}
				return answer, err
			}}.around},
		{Name: "unknown-volume-expanded", Wrong: "the expansion of a volume that does not exist is confirmed",
			Controller: spoilt{expand: func(ctx context.Context, next csi.ControllerServer, req *csi.ControllerExpandVolumeRequest) (*csi.ControllerExpandVolumeResponse, error) {
				answer, err := next.ControllerExpandVolume(ctx, req)
				if status.Code(err) == codes.NotFound {
					return &csi.ControllerExpandVolumeResponse{CapacityBytes: req.GetCapacityRange().GetRequiredBytes()}, nil
				}
				return answer, err
			}}.around},
		{Name: "unknown-volume-is-cut", Wrong: "of a volume that does not exist an empty snapshot is cut", Controller: spoilt{createSnapshot: cutOfNothing}.around},
		{Name: "unknown-snapshot-listed", Wrong: "the list for an ID that no snapshot has is the list of all",
			Controller: spoilt{listSnapshots: func(ctx context.Context, next csi.ControllerServer, req *csi.ListSnapshotsRequest) (*csi.ListSnapshotsResponse, error) {
				answer, err := next.ListSnapshots(ctx, req)
				if err == nil && len(answer.GetEntries()) == 0 {
					return next.ListSnapshots(ctx, &csi.ListSnapshotsRequest{})
				}
				return answer, err
			}}.around},
		{Name: "unknown-deletion-refused", Wrong: "the deletion of a volume or snapshot that never was fails", Controller: deletingKnown},
		{Name: "deletion-by-prefix", Wrong: "a deletion takes every volume whose ID begins with the given one", Controller: deletingByPrefix},
		{Name: "snapshot-deletion-by-prefix", Wrong: "a deletion takes every snapshot whose ID begins with the given one", Controller: droppingByPrefix},
	}
}

// orEmpty makes an empty volume where the source is not there.
func orEmpty(ctx context.Context, next csi.ControllerServer, req *volumeRequest, blind bool) (*volumeAnswer, error) {
	answer, err := next.CreateVolume(ctx, req)
	if blind && status.Code(err) == codes.NotFound {
		req.VolumeContentSource = nil
		return next.CreateVolume(ctx, req)
	}
	return answer, err
}

// cutOfNothing cuts a volume that is made for it alone where the source is not there.
func cutOfNothing(ctx context.Context, next csi.ControllerServer, req *cutRequest) (*cutAnswer, error) {
	answer, err := next.CreateSnapshot(ctx, req)
	if status.Code(err) != codes.NotFound {
		return answer, err
	}
	empty, err := next.CreateVolume(ctx, &volumeRequest{Name: rand.Text(), VolumeCapabilities: []*csi.VolumeCapability{{
		AccessType: &csi.VolumeCapability_Mount{Mount: &csi.VolumeCapability_MountVolume{}},
		AccessMode: &csi.VolumeCapability_AccessMode{Mode: csi.VolumeCapability_AccessMode_SINGLE_NODE_WRITER}}}})
	if err != nil {
		return nil, err
	}
	asked := req.GetSourceVolumeId()
	req.SourceVolumeId = empty.GetVolume().GetVolumeId()
	if answer, err = next.CreateSnapshot(ctx, req); err == nil {
		answer.Snapshot.SourceVolumeId = asked
	}
	if _, failed := next.DeleteVolume(ctx, &volumeDeletion{VolumeId: empty.GetVolume().GetVolumeId()}); failed != nil {
		return nil, failed
	}
	return answer, err
}

// deletingKnown knows what was deleted from what never was, which a driver need not.
func deletingKnown(next csi.ControllerServer) csi.ControllerServer {
	var made memory[bool]
	s := remembering(&made)
	refused := func(id string) error {
		if _, known := made.recall(id); known {
			return nil
		}
		return status.Errorf(codes.NotFound, "%q is not here", id)
	}
	return s.refusingDeletions(refused).around(next)
}

// deletingByPrefix spares what others made.
func deletingByPrefix(next csi.ControllerServer) csi.ControllerServer {
	var made memory[bool]
	s := remembering(&made)
	s.deleteVolume = func(ctx context.Context, next csi.ControllerServer, req *volumeDeletion) (*csi.DeleteVolumeResponse, error) {
		for _, id := range made.keys() {
			if !strings.HasPrefix(id, req.GetVolumeId()) {
				continue
			}
			if _, err := next.DeleteVolume(ctx, &volumeDeletion{VolumeId: id}); err != nil {
				return nil, err
			}
		}
		return next.DeleteVolume(ctx, req)
	}
	return s.around(next)
}

// droppingByPrefix is deletingByPrefix for snapshots.
func droppingByPrefix(next csi.ControllerServer) csi.ControllerServer {
	var made memory[bool]
	s := remembering(&made)
	s.deleteSnapshot = func(ctx context.Context, next csi.ControllerServer, req *cutDeletion) (*csi.DeleteSnapshotResponse, error) {
		for _, id := range made.keys() {
			if !strings.HasPrefix(id, req.GetSnapshotId()) {
				continue
			}
			if _, err := next.DeleteSnapshot(ctx, &cutDeletion{SnapshotId: id}); err != nil {
				return nil, err
			}
		}
		return next.DeleteSnapshot(ctx, req)
	}
	return s.around(next)
}
