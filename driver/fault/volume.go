package fault

import (
	"context"
	"fmt"
	"strings"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/protobuf/proto"
)

// volumeFaults are in what the controller does with volumes.
func volumeFaults() []Fault {
	return []Fault{
		{Name: "volume-in-another-zone", Wrong: "the volume is made outside of the zone that the scheduler chose",
			Controller: creating(func(ctx context.Context, next csi.ControllerServer, req *csi.CreateVolumeRequest) (*csi.CreateVolumeResponse, error) {
				return elsewhere(ctx, next, req)
			})},
		{Name: "volume-without-topology", Wrong: "the answer does not say where the volume can be reached",
			Controller: creating(func(ctx context.Context, next csi.ControllerServer, req *csi.CreateVolumeRequest) (*csi.CreateVolumeResponse, error) {
				answer, err := next.CreateVolume(ctx, req)
				if err == nil {
					answer.Volume.AccessibleTopology = nil
				}
				return answer, err
			})},
		{Name: "every-claim-one-volume", Wrong: "the driver hands out one volume again and again",
			Controller: creating(func(ctx context.Context, next csi.ControllerServer, req *csi.CreateVolumeRequest) (*csi.CreateVolumeResponse, error) {
				req.Name = "the-one-volume"
				return next.CreateVolume(ctx, req)
			})},
		{Name: "volume-smaller-than-asked", Wrong: "the volume has half of the bytes that were asked for, and says so",
			Controller: creating(func(ctx context.Context, next csi.ControllerServer, req *csi.CreateVolumeRequest) (*csi.CreateVolumeResponse, error) {
				answer, err := next.CreateVolume(ctx, req)
				if err == nil {
					answer.Volume.CapacityBytes /= 2
				}
				return answer, err
			})},
		{Name: "restore-is-empty", Wrong: "the new volume is not filled from its source, and says that it was",
			Controller: creating(func(ctx context.Context, next csi.ControllerServer, req *csi.CreateVolumeRequest) (*csi.CreateVolumeResponse, error) {
				source := req.VolumeContentSource
				req.VolumeContentSource = nil
				answer, err := next.CreateVolume(ctx, req)
				if err == nil {
					answer.Volume.ContentSource = source
				}
				return answer, err
			})},
		{Name: "restore-is-the-present", Wrong: "a restore gives what the source volume holds now, not what it held at the cut",
			Controller: creating(presentInstead)},
		{Name: "expansion-is-words", Wrong: "an expansion reports the old size as done",
			Controller: func(next csi.ControllerServer) csi.ControllerServer { return lazyExpansion{next} }},
	}
}

// mostTries bounds the search for a name that lands in another zone.
const mostTries = 20

// elsewhere makes the volume in a zone that was not asked for.
func elsewhere(ctx context.Context, next csi.ControllerServer, req *csi.CreateVolumeRequest) (*csi.CreateVolumeResponse, error) {
	asked := req.GetAccessibilityRequirements().GetPreferred()
	name := req.Name
	req.AccessibilityRequirements = nil // the name decides
	for try := 0; ; try++ {
		req.Name = fmt.Sprintf("%s-%d", name, try)
		answer, err := next.CreateVolume(ctx, req)
		if err != nil || len(asked) == 0 || try == mostTries {
			return answer, err
		}
		landed := answer.GetVolume().GetAccessibleTopology()[0].GetSegments()
		if !within(landed, asked[0].GetSegments()) {
			return answer, nil
		}
		if _, err := next.DeleteVolume(ctx, &csi.DeleteVolumeRequest{VolumeId: answer.GetVolume().GetVolumeId()}); err != nil {
			return nil, err
		}
	}
}

// within tells whether a segment is part of another.
func within(segment, whole map[string]string) bool {
	for k, v := range segment {
		if whole[k] != v {
			return false
		}
	}
	return true
}

// presentInstead restores from the snapshot's source.
func presentInstead(ctx context.Context, next csi.ControllerServer, req *csi.CreateVolumeRequest) (*csi.CreateVolumeResponse, error) {
	asked := req.VolumeContentSource
	if id := asked.GetSnapshot().GetSnapshotId(); id != "" {
		found, err := next.ListSnapshots(ctx, &csi.ListSnapshotsRequest{SnapshotId: id})
		if err != nil {
			return nil, err
		}
		for _, e := range found.GetEntries() {
			req.VolumeContentSource = &csi.VolumeContentSource{Type: &csi.VolumeContentSource_Volume{
				Volume: &csi.VolumeContentSource_VolumeSource{VolumeId: e.GetSnapshot().GetSourceVolumeId()}}}
		}
	}
	answer, err := next.CreateVolume(ctx, req)
	if err == nil {
		answer.Volume.ContentSource = asked
	}
	return answer, err
}

// creating spoils CreateVolume alone. The function may change the request, which is a copy.
func creating(spoil func(context.Context, csi.ControllerServer, *csi.CreateVolumeRequest) (*csi.CreateVolumeResponse, error)) func(csi.ControllerServer) csi.ControllerServer {
	return func(next csi.ControllerServer) csi.ControllerServer { return creator{next, spoil} }
}

type creator struct {
	csi.ControllerServer
	spoil func(context.Context, csi.ControllerServer, *csi.CreateVolumeRequest) (*csi.CreateVolumeResponse, error)
}

// CreateVolume implements csi.ControllerServer.
func (c creator) CreateVolume(ctx context.Context, req *csi.CreateVolumeRequest) (*csi.CreateVolumeResponse, error) {
	return c.spoil(ctx, c.ControllerServer, proto.CloneOf(req))
}

type lazyExpansion struct{ csi.ControllerServer }

// ControllerExpandVolume implements csi.ControllerServer.
func (l lazyExpansion) ControllerExpandVolume(ctx context.Context, req *csi.ControllerExpandVolumeRequest) (*csi.ControllerExpandVolumeResponse, error) {
	all, err := l.ListVolumes(ctx, &csi.ListVolumesRequest{})
	if err != nil {
		return nil, err
	}
	for _, e := range all.GetEntries() {
		if strings.EqualFold(e.GetVolume().GetVolumeId(), req.GetVolumeId()) {
			return &csi.ControllerExpandVolumeResponse{CapacityBytes: e.GetVolume().GetCapacityBytes()}, nil
		}
	}
	return l.ControllerServer.ControllerExpandVolume(ctx, req)
}
