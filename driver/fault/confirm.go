package fault

import (
	"context"
	"strings"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Shorter names of a question and its answer.
type (
	question     = csi.ValidateVolumeCapabilitiesRequest
	confirmation = csi.ValidateVolumeCapabilitiesResponse
)

// confirmFaults are in how the controller tells whether a volume can be used as it was asked for.
func confirmFaults() []Fault {
	return []Fault{
		{Name: "validation-unimplemented", Wrong: "the call ValidateVolumeCapabilities is not implemented",
			Controller: spoilt{validate: func(context.Context, csi.ControllerServer, *question) (*confirmation, error) {
				return nil, status.Error(codes.Unimplemented, "not implemented")
			}}.around},
		{Name: "volume-never-confirmed", Wrong: "the capabilities of a volume are never confirmed",
			Controller: spoilt{validate: func(ctx context.Context, next csi.ControllerServer, req *question) (*confirmation, error) {
				return unconfirmed(ctx, next, req, "the access mode is not supported")
			}}.around},
		{Name: "deletion-closes-by-prefix", Wrong: "a deletion makes every volume unusable whose ID begins with the given one", Controller: closingByPrefix},
	}
}

// unconfirmed is what a volume that is there cannot be used for.
func unconfirmed(ctx context.Context, next csi.ControllerServer, req *question, why string) (*confirmation, error) {
	if _, err := next.ValidateVolumeCapabilities(ctx, req); err != nil {
		return nil, err
	}
	return &confirmation{Message: why}, nil
}

// closingByPrefix withdraws exports by the beginning of an ID, and deletes by the whole of it.
func closingByPrefix(next csi.ControllerServer) csi.ControllerServer {
	var made, closed memory[bool]
	s := remembering(&made)
	s.deleteVolume = func(ctx context.Context, next csi.ControllerServer, req *volumeDeletion) (*csi.DeleteVolumeResponse, error) {
		for _, id := range made.keys() {
			if strings.HasPrefix(id, req.GetVolumeId()) {
				closed.remember(id, true)
			}
		}
		return next.DeleteVolume(ctx, req)
	}
	s.validate = func(ctx context.Context, next csi.ControllerServer, req *question) (*confirmation, error) {
		if _, is := closed.recall(req.GetVolumeId()); is {
			return unconfirmed(ctx, next, req, "the volume is not exported")
		}
		return next.ValidateVolumeCapabilities(ctx, req)
	}
	return s.around(next)
}
