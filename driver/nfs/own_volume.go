package nfs

import (
	"context"
	"errors"
	"fmt"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"csicert/driver/nfs/share"
)

// Folders keeps volumes' folders on NFS servers of administrators' own. Errors are package share's.
type Folders interface {
	// Make makes the folder for the volume of that name, once.
	Make(ctx context.Context, at share.Place, volume string) error
	// Look finds a folder that was made.
	Look(ctx context.Context, at share.Place) error
	// Remove removes a folder that was made, with all that is in it; one that is gone is no error.
	Remove(ctx context.Context, at share.Place) error
	// Space tells how many bytes the share has to give.
	Space(ctx context.Context, server, share string) (int64, error)
}

// createOwn makes a volume on an own server: a folder below the share, for nodes of all zones. Its size is bookkept by
// Kubernetes only.
func (c *controller) createOwn(ctx context.Context, req *csi.CreateVolumeRequest) (*csi.CreateVolumeResponse, error) {
	if req.GetVolumeContentSource() != nil {
		return nil, badField("volume_content_source", "a source, for a volume on the own server "+req.GetParameters()[keyServer],
			"nothing: volumes on an own server have no snapshots and no clones, and are not made from any")
	}
	at, err := placeOf(req.GetName(), req.GetParameters())
	if err != nil {
		return nil, err
	}
	size, _, err := sizes(req.GetCapacityRange(), 0)
	if err != nil {
		return nil, err
	}
	id := ownID(at)
	release, err := c.busy.hold(id)
	if err != nil {
		return nil, err
	}
	defer release()
	if err := c.folders.Make(ctx, at, req.GetName()); err != nil {
		return nil, ownFailed(fmt.Sprintf("creating volume %q", req.GetName()), err)
	}
	return &csi.CreateVolumeResponse{Volume: &csi.Volume{VolumeId: id, CapacityBytes: size, VolumeContext: ownContext(at)}}, nil
}

func (c *controller) deleteOwn(ctx context.Context, id string, at share.Place) (*csi.DeleteVolumeResponse, error) {
	release, err := c.busy.hold(id)
	if err != nil {
		return nil, err
	}
	defer release()
	if err := c.folders.Remove(ctx, at); err != nil {
		return nil, ownFailed("deleting volume "+id, err)
	}
	return &csi.DeleteVolumeResponse{}, nil
}

// lookOwn finds a volume on an own server. Errors: NOT_FOUND.
func (c *controller) lookOwn(ctx context.Context, id string, at share.Place) error {
	if err := c.folders.Look(ctx, at); err != nil {
		return ownFailed("looking at volume "+id, err)
	}
	return nil
}

// spaceOfOwn answers GetCapacity for a class. Errors: INVALID_ARGUMENT.
func (c *controller) spaceOfOwn(ctx context.Context, parameters map[string]string) (*csi.GetCapacityResponse, error) {
	if err := checkParameters("parameters", parameters, ownKeys...); err != nil {
		return nil, err
	}
	if err := checkServer("parameters."+keyServer, parameters[keyServer]); err != nil {
		return nil, err
	}
	if err := checkShare("parameters."+keyShare, parameters[keyShare]); err != nil {
		return nil, err
	}
	available, err := c.folders.Space(ctx, parameters[keyServer], parameters[keyShare])
	if err != nil {
		return nil, ownFailed("asking a server for its capacity", err)
	}
	return &csi.GetCapacityResponse{AvailableCapacity: available}, nil
}

// disagrees refuses a context, where one is given, that contradicts the volume's handle.
func disagrees(at share.Place, attributes map[string]string) error {
	wanted := ownContext(at)
	for _, key := range ownKeys {
		if found, want := attributes[key], wanted[key]; len(attributes) > 0 && found != want {
			return badField("volume_context."+key, fmt.Sprintf("%q", found), fmt.Sprintf("%q, as in the volume's handle", want))
		}
	}
	return nil
}

// noCopies refuses to copy volumes on own servers, which know no such thing.
func noCopies(id string) error {
	return status.Errorf(codes.FailedPrecondition, "volume %s is on an own NFS server: volumes there have no snapshots and no clones", id)
}

// ownFailed gives an own server's error its CSI code. Doing says what was done, as a gerund.
func ownFailed(doing string, err error) error {
	code := codes.Internal
	switch {
	case errors.Is(err, share.ErrNotFound):
		code = codes.NotFound
	case errors.Is(err, share.ErrTaken):
		code = codes.AlreadyExists
	case errors.Is(err, share.ErrForeign):
		code = codes.FailedPrecondition
	case errors.Is(err, share.ErrRefused):
		code = codes.PermissionDenied
	case errors.Is(err, share.ErrFull):
		code = codes.ResourceExhausted
	case errors.Is(err, share.ErrUnreachable):
		code = codes.Unavailable
	case errors.Is(err, context.Canceled):
		code = codes.Canceled
	case errors.Is(err, context.DeadlineExceeded):
		code = codes.DeadlineExceeded
	}
	return status.Error(code, doing+": "+err.Error())
}
