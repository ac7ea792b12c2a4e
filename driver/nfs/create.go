package nfs

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"csicert/driver/filer"
)

// CreateVolume implements csi.ControllerServer.
func (c *controller) CreateVolume(ctx context.Context, req *csi.CreateVolumeRequest) (*csi.CreateVolumeResponse, error) {
	if req.GetName() == "" {
		return nil, missing("name", "a name for the volume")
	}
	if err := checkCapabilities(req.GetVolumeCapabilities()); err != nil {
		return nil, err
	}
	if err := checkParameters("parameters", req.GetParameters()); err != nil {
		return nil, err
	}
	if err := checkParameters("mutable_parameters", req.GetMutableParameters()); err != nil {
		return nil, err
	}
	if err := checkRange(req.GetCapacityRange()); err != nil {
		return nil, err
	}
	kind, origin, err := named(req.GetVolumeContentSource())
	if err != nil {
		return nil, err
	}
	zones, err := place(c.zones(), req.GetName(), req.GetAccessibilityRequirements())
	if err != nil {
		return nil, err
	}
	release, err := c.busy.hold("volume named " + req.GetName())
	if err != nil {
		return nil, err
	}
	defer release()
	zone, there, err := c.existing(ctx, req.GetName(), zones)
	if err != nil {
		return nil, err
	}
	if zone != "" {
		return again(req, zone, there, zones, origin)
	}
	from, err := c.find(ctx, kind, origin)
	if err != nil {
		return nil, err
	}
	ask := filer.VolumeRequest{Name: req.GetName(), Limit: req.GetCapacityRange().GetLimitBytes(), Origin: origin}
	var least int64
	if from != nil {
		least = from.size
	}
	if ask.Size, err = sizeOf(req.GetCapacityRange(), least); err != nil {
		return nil, err
	}
	return c.make(ctx, ask, from, zones)
}

// existing finds the volume of the name and its zone, the candidates first; an empty zone for none. A filer that cannot
// be asked is an error where the volume may be, and no obstacle elsewhere.
func (c *controller) existing(ctx context.Context, name string, candidates []string) (string, filer.Volume, error) {
	elsewhere := slices.DeleteFunc(c.zones(), func(z string) bool { return slices.Contains(candidates, z) })
	for _, z := range slices.Concat(candidates, elsewhere) {
		volume, err := c.filers[z].VolumeNamed(ctx, name)
		switch {
		case err == nil:
			return z, volume, nil
		case errors.Is(err, filer.ErrNotFound):
		case slices.Contains(candidates, z):
			return "", filer.Volume{}, failed("looking for the name in zone "+z, err)
		default:
			c.log.WarnContext(ctx, "a zone cannot be asked whether it has a name", "zone", z, "name", name, "error", err)
		}
	}
	return "", filer.Volume{}, nil
}

// again answers a repeated request with the volume that is there. It asks nothing of the source, which may be gone by
// now, and copies nothing twice. Errors: ALREADY_EXISTS where the volume is not what is asked for.
func again(req *csi.CreateVolumeRequest, zone string, there filer.Volume, zones []string, origin string) (*csi.CreateVolumeResponse, error) {
	var differs string
	switch {
	case !slices.Contains(zones, zone):
		differs = fmt.Sprintf("is in zone %s, asked for in %q", zone, zones)
	case there.Origin != origin:
		differs = fmt.Sprintf("was made from %q, asked for from %q", there.Origin, origin)
	case !fits(there.Size, req.GetCapacityRange()):
		differs = fmt.Sprintf("has %d bytes, asked for with %d to %d", there.Size, req.GetCapacityRange().GetRequiredBytes(), req.GetCapacityRange().GetLimitBytes())
	default:
		return &csi.CreateVolumeResponse{Volume: describeVolume(zone, there)}, nil
	}
	return nil, status.Errorf(codes.AlreadyExists, "volume %q %s", req.GetName(), differs)
}

// make creates the volume in the first zone that has room.
func (c *controller) make(ctx context.Context, ask filer.VolumeRequest, from *source, zones []string) (*csi.CreateVolumeResponse, error) {
	var full error
	for _, z := range zones {
		volume, err := c.fill(ctx, z, ask, from)
		if errors.Is(err, filer.ErrFull) {
			full = errors.Join(full, fmt.Errorf("zone %s: %w", z, err))
			continue
		}
		if err != nil {
			return nil, failed(fmt.Sprintf("creating volume %q in zone %s", ask.Name, z), err)
		}
		h := handle{zone: z, id: volume.ID}
		if want := h.exported(c.exports[z]); volume.Path != want {
			return nil, status.Errorf(codes.Internal, "zone %s exports the volume at %s, the nodes would mount %s: the zones file is wrong", z, volume.Path, want)
		}
		return &csi.CreateVolumeResponse{Volume: describeVolume(z, volume)}, nil
	}
	return nil, failed(fmt.Sprintf("creating volume %q", ask.Name), full)
}

// fill creates the volume in the zone, with the source's content. Between zones that goes through here.
func (c *controller) fill(ctx context.Context, zone string, ask filer.VolumeRequest, from *source) (_ filer.Volume, err error) {
	if from == nil {
		return c.filers[zone].CreateVolume(ctx, ask)
	}
	ref := filer.Ref{Kind: from.kind, ID: from.handle.id}
	if from.handle.zone == zone {
		ask.Source = &ref
		return c.filers[zone].CreateVolume(ctx, ask)
	}
	content, err := from.filer.Content(ctx, ref)
	if err != nil {
		return filer.Volume{}, err
	}
	defer func() { err = errors.Join(err, content.Close()) }()
	return c.filers[zone].FillVolume(ctx, ask, content)
}
