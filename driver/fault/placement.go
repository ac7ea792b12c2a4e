package fault

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"csicert/driver/filer"
	"csicert/driver/nfs"
)

// placementFaults are in where a volume is made, and in what is told of that.
func placementFaults() []Fault {
	return []Fault{
		{Name: "volume-in-another-zone", Wrong: "the volume is made outside of the zone that the scheduler chose", Controller: creating(elsewhere)},
		{Name: "volumes-scattered", Wrong: "every second volume is made in another zone than the scheduler chose", Controller: scattering},
		{Name: "volume-without-topology", Wrong: "the answer does not say where the volume can be reached",
			Controller: telling(func(v *csi.Volume) { v.AccessibleTopology = nil })},
		{Name: "volume-of-unknown-key", Wrong: "the volume says where it is by a key that no node has",
			Controller: telling(func(v *csi.Volume) {
				v.AccessibleTopology = []*csi.Topology{{Segments: map[string]string{"csicert.dev/nowhere": "here"}}}
			})},
		{Name: "empty-segment-ignored", Wrong: "the volume is made where its class has no storage", Controller: creating(withoutRegard)},
		{Name: "empty-segment-is-internal", Wrong: "that a class has no storage in the zone is told as an internal error, for which nobody looks elsewhere",
			Controller: creating(func(ctx context.Context, next csi.ControllerServer, req *volumeRequest) (*volumeAnswer, error) {
				answer, err := next.CreateVolume(ctx, req)
				if status.Code(err) == codes.ResourceExhausted {
					err = status.Error(codes.Internal, status.Convert(err).Message())
				}
				return answer, err
			})},
		{Name: "empty-segment-keeps-volume", Wrong: "a volume for which the class has no storage in the zone is left behind there, and another is made elsewhere",
			Controller: creating(leavingBehind), Filer: func(next filer.Filer) filer.Filer { return forgetful{next} }},
		{Name: "restore-stays-with-source", Wrong: "a restore is made where its source is, wherever it was asked for",
			Controller: creating(func(ctx context.Context, next csi.ControllerServer, req *volumeRequest) (*volumeAnswer, error) {
				if id := sourceID(req); id != "" {
					there := []*csi.Topology{{Segments: map[string]string{nfs.ZoneKey: zoneOf(id)}}}
					req.AccessibilityRequirements = &csi.TopologyRequirement{Requisite: there, Preferred: there}
				}
				return next.CreateVolume(ctx, req)
			})},
	}
}

// zoneOf is the zone that a handle of the driver begins with.
func zoneOf(id string) string { return id[:max(strings.LastIndexByte(id, '.'), 0)] }

// sourceID is the handle of what the request wants copied; empty for nothing.
func sourceID(req *volumeRequest) string {
	if id := req.GetVolumeContentSource().GetSnapshot().GetSnapshotId(); id != "" {
		return id
	}
	return req.GetVolumeContentSource().GetVolume().GetVolumeId()
}

// mostTries bounds the search for a name that lands in another zone.
const mostTries = 20

// elsewhere makes the volume in a zone that was not asked for.
func elsewhere(ctx context.Context, next csi.ControllerServer, req *volumeRequest) (*volumeAnswer, error) {
	asked := append(req.GetAccessibilityRequirements().GetPreferred(), req.GetAccessibilityRequirements().GetRequisite()...)
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
		if _, err := next.DeleteVolume(ctx, &volumeDeletion{VolumeId: answer.GetVolume().GetVolumeId()}); err != nil {
			return nil, err
		}
	}
}

// within tells whether the segment has nothing that the whole has not.
func within(segment, whole map[string]string) bool {
	for k, v := range segment {
		if whole[k] != v {
			return false
		}
	}
	return true
}

// scattering leaves every second volume where it was to be. A repeated call gets the answer of the first.
func scattering(next csi.ControllerServer) csi.ControllerServer {
	var honest memory[bool]
	var last atomic.Bool
	turn := func() bool { is := !last.Load(); last.Store(is); return is } // called one at a time
	return creating(func(ctx context.Context, next csi.ControllerServer, req *volumeRequest) (*volumeAnswer, error) {
		if honest.once(req.Name, turn) {
			return next.CreateVolume(ctx, req)
		}
		return elsewhere(ctx, next, req)
	})(next)
}

// withoutRegard makes the volume in any zone that the call asks for, whatever the class says of zones.
func withoutRegard(ctx context.Context, next csi.ControllerServer, req *volumeRequest) (*volumeAnswer, error) {
	delete(req.Parameters, "zones")
	return next.CreateVolume(ctx, req)
}

// leavingBehind refuses as the honest controller does, and makes the volume nevertheless.
func leavingBehind(ctx context.Context, next csi.ControllerServer, req *volumeRequest) (*volumeAnswer, error) {
	answer, refused := next.CreateVolume(ctx, req)
	if status.Code(refused) != codes.ResourceExhausted {
		return answer, refused
	}
	if _, err := withoutRegard(ctx, next, req); err != nil {
		return nil, err
	}
	return nil, refused
}

// forgetful is a filer that finds no volume by its name: what is left elsewhere is in nobody's way.
type forgetful struct{ filer.Filer }

// VolumeNamed implements filer.Filer.
func (forgetful) VolumeNamed(context.Context, string) (filer.Volume, error) {
	return filer.Volume{}, &filer.Error{Kind: filer.ErrNotFound, Text: "names are not looked up"}
}
