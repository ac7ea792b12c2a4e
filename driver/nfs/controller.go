package nfs

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"csicert/driver/filer"
)

// ControllerOptions are what a Controller needs.
type ControllerOptions struct {
	Filers map[string]filer.Filer // by zone
	// Exports are the folders that the zones' filers export: what a node will mount below.
	Exports map[string]string
	// Folders keeps the volumes of classes that name a server of the administrator's own.
	Folders Folders
	Log     *slog.Logger
}

// NewController returns the Controller service.
func NewController(o ControllerOptions) csi.ControllerServer {
	return &controller{filers: o.Filers, exports: o.Exports, folders: o.Folders, log: o.Log}
}

type controller struct {
	csi.UnimplementedControllerServer
	filers  map[string]filer.Filer
	exports map[string]string
	folders Folders
	log     *slog.Logger
	busy    busy
}

// ControllerGetCapabilities implements csi.ControllerServer.
func (c *controller) ControllerGetCapabilities(context.Context, *csi.ControllerGetCapabilitiesRequest) (*csi.ControllerGetCapabilitiesResponse, error) {
	var all []*csi.ControllerServiceCapability
	for _, t := range []csi.ControllerServiceCapability_RPC_Type{
		csi.ControllerServiceCapability_RPC_CREATE_DELETE_VOLUME,
		csi.ControllerServiceCapability_RPC_CREATE_DELETE_SNAPSHOT,
		csi.ControllerServiceCapability_RPC_LIST_SNAPSHOTS,
		csi.ControllerServiceCapability_RPC_LIST_VOLUMES,
		csi.ControllerServiceCapability_RPC_CLONE_VOLUME,
		csi.ControllerServiceCapability_RPC_EXPAND_VOLUME,
		csi.ControllerServiceCapability_RPC_GET_CAPACITY,
		csi.ControllerServiceCapability_RPC_SINGLE_NODE_MULTI_WRITER,
	} {
		all = append(all, &csi.ControllerServiceCapability{Type: &csi.ControllerServiceCapability_Rpc{Rpc: &csi.ControllerServiceCapability_RPC{Type: t}}})
	}
	return &csi.ControllerGetCapabilitiesResponse{Capabilities: all}, nil
}

func (c *controller) zones() []string { return slices.Sorted(maps.Keys(c.filers)) }

// at finds the filer that a handle names.
func (c *controller) at(kind filer.Kind, text string) (filer.Filer, handle, error) {
	if h, ok := parse(kind, text); ok {
		if f, ok := c.filers[h.zone]; ok {
			return f, h, nil
		}
	}
	return nil, handle{}, status.Errorf(codes.NotFound, "%s %q is not here", kind, text)
}

// DeleteVolume implements csi.ControllerServer. What cannot be here is gone already.
func (c *controller) DeleteVolume(ctx context.Context, req *csi.DeleteVolumeRequest) (*csi.DeleteVolumeResponse, error) {
	if req.GetVolumeId() == "" {
		return nil, missing("volume_id", "the ID of a volume")
	}
	if at, own := parseOwn(req.GetVolumeId()); own {
		return c.deleteOwn(ctx, req.GetVolumeId(), at)
	}
	f, h, err := c.at(filer.OfVolume, req.GetVolumeId())
	if err != nil {
		return &csi.DeleteVolumeResponse{}, nil
	}
	release, err := c.busy.hold(req.GetVolumeId())
	if err != nil {
		return nil, err
	}
	defer release()
	if err := f.DeleteVolume(ctx, h.id); err != nil {
		return nil, failed("deleting volume "+h.String(), err)
	}
	return &csi.DeleteVolumeResponse{}, nil
}

// ValidateVolumeCapabilities implements csi.ControllerServer.
func (c *controller) ValidateVolumeCapabilities(ctx context.Context, req *csi.ValidateVolumeCapabilitiesRequest) (*csi.ValidateVolumeCapabilitiesResponse, error) {
	if req.GetVolumeId() == "" {
		return nil, missing("volume_id", "the ID of a volume")
	}
	if len(req.GetVolumeCapabilities()) == 0 {
		return nil, missing("volume_capabilities", "at least one")
	}
	checks := []error{checkCapabilities(req.GetVolumeCapabilities())}
	if at, own := parseOwn(req.GetVolumeId()); own {
		if err := c.lookOwn(ctx, req.GetVolumeId(), at); err != nil {
			return nil, err
		}
		checks = append(checks, checkParameters("parameters", req.GetParameters(), ownKeys...), disagrees(at, req.GetVolumeContext()))
	} else {
		f, h, err := c.at(filer.OfVolume, req.GetVolumeId())
		if err != nil {
			return nil, err
		}
		if _, err := f.Volume(ctx, h.id); err != nil {
			return nil, failed("looking at volume "+h.String(), err)
		}
		_, known := c.zonesOf(req.GetParameters())
		checks = append(checks, checkParameters("parameters", req.GetParameters(), keyZones), known)
	}
	for _, check := range checks {
		if check != nil {
			return &csi.ValidateVolumeCapabilitiesResponse{Message: status.Convert(check).Message()}, nil
		}
	}
	return &csi.ValidateVolumeCapabilitiesResponse{Confirmed: &csi.ValidateVolumeCapabilitiesResponse_Confirmed{
		VolumeContext: req.GetVolumeContext(), VolumeCapabilities: req.GetVolumeCapabilities(), Parameters: req.GetParameters()}}, nil
}

// ControllerExpandVolume implements csi.ControllerServer. Size is bookkept by the filer: no node has to do anything.
func (c *controller) ControllerExpandVolume(ctx context.Context, req *csi.ControllerExpandVolumeRequest) (*csi.ControllerExpandVolumeResponse, error) {
	if req.GetVolumeId() == "" {
		return nil, missing("volume_id", "the ID of a volume")
	}
	if req.GetCapacityRange() == nil {
		return nil, missing("capacity_range", "the size that the volume is to have")
	}
	size, limit, err := sizes(req.GetCapacityRange(), 0)
	if err != nil {
		return nil, err
	}
	if req.GetVolumeCapability() != nil {
		if err := checkCapability(req.GetVolumeCapability()); err != nil {
			return nil, err
		}
	}
	if at, own := parseOwn(req.GetVolumeId()); own {
		if err := c.lookOwn(ctx, req.GetVolumeId(), at); err != nil {
			return nil, err
		}
		return &csi.ControllerExpandVolumeResponse{CapacityBytes: size}, nil // the server bounds nothing
	}
	f, h, err := c.at(filer.OfVolume, req.GetVolumeId())
	if err != nil {
		return nil, err
	}
	release, err := c.busy.hold(req.GetVolumeId())
	if err != nil {
		return nil, err
	}
	defer release()
	now, err := f.Volume(ctx, h.id)
	if err != nil {
		return nil, failed("looking at volume "+h.String(), err)
	}
	if limit > 0 && now.Size > limit {
		return nil, status.Errorf(codes.OutOfRange, "capacity_range.limit_bytes: found %d; accepted: at least the volume's %d bytes, for volumes do not shrink", limit, now.Size)
	}
	v, err := f.ExpandVolume(ctx, h.id, size)
	if err != nil {
		return nil, failed("expanding volume "+h.String(), err)
	}
	return &csi.ControllerExpandVolumeResponse{CapacityBytes: v.Size}, nil
}

// GetCapacity implements csi.ControllerServer.
func (c *controller) GetCapacity(ctx context.Context, req *csi.GetCapacityRequest) (*csi.GetCapacityResponse, error) {
	if len(req.GetVolumeCapabilities()) > 0 && checkCapabilities(req.GetVolumeCapabilities()) != nil {
		return &csi.GetCapacityResponse{}, nil // of volumes that cannot be, there is room for none
	}
	if onOwnServer(req.GetParameters()) {
		return c.spaceOfOwn(ctx, req.GetParameters())
	}
	if err := checkParameters("parameters", req.GetParameters(), classKeys...); err != nil {
		return nil, err
	}
	zones, err := c.zonesOf(req.GetParameters())
	if err != nil {
		return nil, err
	}
	var available int64
	for _, z := range zones {
		if t := req.GetAccessibleTopology(); t != nil && t.GetSegments()[ZoneKey] != z {
			continue
		}
		left, err := c.filers[z].Capacity(ctx)
		if err != nil {
			return nil, failed(fmt.Sprintf("asking zone %s for its capacity", z), err)
		}
		available += left.Available
	}
	return &csi.GetCapacityResponse{AvailableCapacity: available}, nil
}
