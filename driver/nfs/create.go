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

// defaultSize is a volume's when the request leaves it open.
const defaultSize = 1 << 30

// sizes are the bytes that a range asks for, and its limit, 0 for none.
func sizes(r *csi.CapacityRange, atLeast int64) (size, limit int64, err error) {
	size, limit = r.GetRequiredBytes(), r.GetLimitBytes()
	switch {
	case size < 0 || limit < 0:
		return 0, 0, badField("capacity_range", fmt.Sprintf("%d to %d bytes", size, limit), "sizes above zero")
	case limit > 0 && size > limit:
		return 0, 0, badField("capacity_range.required_bytes", fmt.Sprintf("%d, above the limit of %d", size, limit), "at most the limit")
	case limit > 0 && limit < atLeast:
		return 0, 0, status.Errorf(codes.OutOfRange, "capacity_range.limit_bytes: found %d; accepted: at least the source's %d", limit, atLeast)
	}
	if size == 0 {
		size = defaultSize
		if limit > 0 {
			size = min(size, limit)
		}
	}
	return max(size, atLeast), limit, nil
}

// source is what a volume is filled from.
type source struct {
	filer   filer.Filer
	handle  handle
	kind    filer.Kind
	size    int64
	content *csi.VolumeContentSource // as it was asked for
}

// sourceOf finds what the request wants the volume filled from; nil for nothing. Errors: NOT_FOUND.
func (c *controller) sourceOf(ctx context.Context, asked *csi.VolumeContentSource) (*source, error) {
	if asked == nil {
		return nil, nil
	}
	s := &source{content: asked}
	var text string
	switch {
	case asked.GetSnapshot() != nil:
		s.kind, text = filer.OfSnapshot, asked.GetSnapshot().GetSnapshotId()
	case asked.GetVolume() != nil:
		s.kind, text = filer.OfVolume, asked.GetVolume().GetVolumeId()
	default:
		return nil, badField("volume_content_source", "neither", "a snapshot or a volume")
	}
	if text == "" {
		return nil, missing("volume_content_source", "the ID of a "+string(s.kind))
	}
	if _, own := parseOwn(text); own && s.kind == filer.OfVolume {
		return nil, noCopies(text)
	}
	var err error
	if s.filer, s.handle, err = c.at(s.kind, text); err != nil {
		return nil, err
	}
	if s.kind == filer.OfSnapshot {
		shot, err := s.filer.Snapshot(ctx, s.handle.id)
		if err != nil {
			return nil, failed("looking for the source "+text, err)
		}
		s.size = shot.Size
		return s, nil
	}
	volume, err := s.filer.Volume(ctx, s.handle.id)
	if err != nil {
		return nil, failed("looking for the source "+text, err)
	}
	s.size = volume.Size
	return s, nil
}

// CreateVolume implements csi.ControllerServer.
func (c *controller) CreateVolume(ctx context.Context, req *csi.CreateVolumeRequest) (*csi.CreateVolumeResponse, error) {
	if req.GetName() == "" {
		return nil, missing("name", "a name for the volume")
	}
	if err := checkCapabilities(req.GetVolumeCapabilities()); err != nil {
		return nil, err
	}
	if onOwnServer(req.GetParameters()) {
		return c.createOwn(ctx, req)
	}
	if err := checkParameters("parameters", req.GetParameters(), classKeys...); err != nil {
		return nil, err
	}
	zones, err := c.zonesOf(req.GetParameters())
	if err != nil {
		return nil, err
	}
	if zones, err = place(zones, req.GetName(), req.GetAccessibilityRequirements()); err != nil {
		return nil, err
	}
	release, err := c.busy.hold("volume named " + req.GetName())
	if err != nil {
		return nil, err
	}
	defer release()
	from, err := c.sourceOf(ctx, req.GetVolumeContentSource())
	if err != nil {
		return nil, err
	}
	var least int64
	ask := filer.VolumeRequest{Name: req.GetName()}
	if from != nil {
		least, ask.Origin = from.size, from.handle.String()
	}
	if ask.Size, ask.Limit, err = sizes(req.GetCapacityRange(), least); err != nil {
		return nil, err
	}
	there, err := c.existing(ctx, req.GetName(), zones)
	if err != nil {
		return nil, err
	}
	if there != "" {
		if !slices.Contains(zones, there) {
			return nil, status.Errorf(codes.AlreadyExists, "volume %q is in zone %s, which the class or the accessibility requirements leave out", req.GetName(), there)
		}
		zones = []string{there}
	}
	return c.make(ctx, ask, from, zones)
}

// existing finds the zone that has a volume of the name; empty for none. A filer that cannot be asked is an error where
// the volume may be, and no obstacle elsewhere.
func (c *controller) existing(ctx context.Context, name string, candidates []string) (string, error) {
	for _, z := range c.zones() {
		_, err := c.filers[z].VolumeNamed(ctx, name)
		switch {
		case err == nil:
			return z, nil
		case errors.Is(err, filer.ErrNotFound):
		case slices.Contains(candidates, z):
			return "", failed("looking for the name in zone "+z, err)
		default:
			c.log.WarnContext(ctx, "a zone cannot be asked whether it has a name", "zone", z, "name", name, "error", err)
		}
	}
	return "", nil
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
		answer := &csi.Volume{VolumeId: h.String(), CapacityBytes: volume.Size, AccessibleTopology: []*csi.Topology{{Segments: map[string]string{ZoneKey: z}}}}
		if from != nil {
			answer.ContentSource = from.content
		}
		return &csi.CreateVolumeResponse{Volume: answer}, nil
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
