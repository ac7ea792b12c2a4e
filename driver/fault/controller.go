package fault

import (
	"context"
	"errors"
	"strings"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"csicert/driver/filer"
)

// NewController returns the honest controller with every fault beside it. Honest makes a controller over filers.
func NewController(honest func(map[string]filer.Filer) csi.ControllerServer, filers map[string]filer.Filer) csi.ControllerServer {
	c := &controller{ControllerServer: honest(filers), faulty: map[string]csi.ControllerServer{}, filers: filers, lasting: map[string]bool{}, lists: map[string]bool{}}
	for _, f := range All() {
		c.lasting[f.Name], c.lists[f.Name] = f.Lasting, f.Lists
		under := filers
		if f.Filer != nil {
			under = map[string]filer.Filer{}
			for zone, one := range filers {
				under[zone] = f.Filer(one)
			}
		}
		server := honest(under)
		if f.Controller != nil {
			server = f.Controller(server)
		}
		c.faulty[f.Name] = server
	}
	return c
}

// controller hands each call to the controller of its fault. Calls that name a volume or snapshot by ID, or by an ID that
// is like one, go where its creation went; after a restart these are honest, except for a fault that lasts.
type controller struct {
	csi.ControllerServer // the honest one

	faulty  map[string]csi.ControllerServer
	chosen  memory[string] // ID → fault
	filers  map[string]filer.Filer
	lasting map[string]bool // by fault
	lists   map[string]bool // by fault
	listed  memory[string]  // ID of a volume that stands → fault of those that list
}

// of returns the server that made the thing. The error is that of a filer that did not say: a thing with a fault must not
// be taken for an honest one.
func (c *controller) of(ctx context.Context, id string) (csi.ControllerServer, error) {
	name, known := c.chosen.recall(id)
	if !known {
		name, known = c.chosen.near(id)
	}
	if !known {
		var err error
		if name, err = c.markOf(ctx, id); err != nil {
			return nil, status.Errorf(codes.Unavailable, "finding out with which fault %s was made: %v", id, err)
		}
	}
	if server, ok := c.faulty[name]; ok {
		return server, nil
	}
	return c.ControllerServer, nil
}

// handed lets the server that made the thing answer.
func handed[Q, A any](ctx context.Context, c *controller, id string, req Q, call func(csi.ControllerServer, context.Context, Q) (A, error)) (none A, err error) {
	server, err := c.of(ctx, id)
	if err != nil {
		return none, err
	}
	return call(server, ctx, req)
}

// marked is the name of a thing, with that of its fault where that lasts.
func (c *controller) marked(name, fault string) string {
	if !c.lasting[fault] || name == "" {
		return name
	}
	return name + mark(fault)
}

// mark ends the names of what was made with a fault that lasts.
func mark(fault string) string { return "." + fault }

// markOf finds the fault that the name of a volume or snapshot tells; empty for none, and for a thing that is not there.
func (c *controller) markOf(ctx context.Context, id string) (string, error) {
	zone := zoneOf(id)
	f, ok := c.filers[zone]
	if !ok {
		return "", nil
	}
	id = id[len(zone)+1:]
	v, err := f.Volume(ctx, id)
	name := v.Name
	if errors.Is(err, filer.ErrNotFound) {
		var s filer.Snapshot
		s, err = f.Snapshot(ctx, id)
		name = s.Name
	}
	if errors.Is(err, filer.ErrNotFound) {
		return "", nil
	}
	if fault := name[strings.LastIndexByte(name, '.')+1:]; err == nil && c.lasting[fault] {
		return fault, nil
	}
	return "", err
}

// CreateVolume implements csi.ControllerServer.
func (c *controller) CreateVolume(ctx context.Context, req *csi.CreateVolumeRequest) (*csi.CreateVolumeResponse, error) {
	name, server, rest, err := chosen(c.ControllerServer, c.faulty, req.GetParameters())
	if err != nil {
		return nil, err
	}
	if name == "" {
		return server.CreateVolume(ctx, req)
	}
	req = proto.CloneOf(req)
	req.Parameters, req.Name = rest, c.marked(req.GetName(), name)
	response, err := server.CreateVolume(ctx, req)
	if err != nil {
		return nil, err
	}
	c.chosen.remember(response.GetVolume().GetVolumeId(), name)
	if c.lists[name] {
		c.listed.remember(response.GetVolume().GetVolumeId(), name)
	}
	if response.Volume.VolumeContext == nil {
		response.Volume.VolumeContext = map[string]string{}
	}
	response.Volume.VolumeContext[Parameter] = name
	return response, nil
}

// CreateSnapshot implements csi.ControllerServer.
func (c *controller) CreateSnapshot(ctx context.Context, req *csi.CreateSnapshotRequest) (*csi.CreateSnapshotResponse, error) {
	name, server, rest, err := chosen(c.ControllerServer, c.faulty, req.GetParameters())
	if err != nil {
		return nil, err
	}
	if name == "" {
		return server.CreateSnapshot(ctx, req)
	}
	req = proto.CloneOf(req)
	req.Parameters, req.Name = rest, c.marked(req.GetName(), name)
	response, err := server.CreateSnapshot(ctx, req)
	if err == nil {
		c.chosen.remember(response.GetSnapshot().GetSnapshotId(), name)
	}
	return response, err
}

// DeleteVolume implements csi.ControllerServer.
func (c *controller) DeleteVolume(ctx context.Context, req *csi.DeleteVolumeRequest) (*csi.DeleteVolumeResponse, error) {
	answer, err := handed(ctx, c, req.GetVolumeId(), req, csi.ControllerServer.DeleteVolume)
	if err == nil {
		c.listed.forget(req.GetVolumeId())
	}
	return answer, err
}

// ListVolumes implements csi.ControllerServer. A list names no volume: it is wrong for as long as a volume stands whose
// class asked for that.
func (c *controller) ListVolumes(ctx context.Context, req *csi.ListVolumesRequest) (*csi.ListVolumesResponse, error) {
	if name, wrong := c.listed.oldest(); wrong {
		return c.faulty[name].ListVolumes(ctx, req)
	}
	return c.ControllerServer.ListVolumes(ctx, req)
}

// ValidateVolumeCapabilities implements csi.ControllerServer.
func (c *controller) ValidateVolumeCapabilities(ctx context.Context, req *csi.ValidateVolumeCapabilitiesRequest) (*csi.ValidateVolumeCapabilitiesResponse, error) {
	return handed(ctx, c, req.GetVolumeId(), req, csi.ControllerServer.ValidateVolumeCapabilities)
}

// DeleteSnapshot implements csi.ControllerServer.
func (c *controller) DeleteSnapshot(ctx context.Context, req *csi.DeleteSnapshotRequest) (*csi.DeleteSnapshotResponse, error) {
	return handed(ctx, c, req.GetSnapshotId(), req, csi.ControllerServer.DeleteSnapshot)
}

// ListSnapshots implements csi.ControllerServer.
func (c *controller) ListSnapshots(ctx context.Context, req *csi.ListSnapshotsRequest) (*csi.ListSnapshotsResponse, error) {
	return handed(ctx, c, req.GetSnapshotId(), req, csi.ControllerServer.ListSnapshots)
}

// ControllerExpandVolume implements csi.ControllerServer.
func (c *controller) ControllerExpandVolume(ctx context.Context, req *csi.ControllerExpandVolumeRequest) (*csi.ControllerExpandVolumeResponse, error) {
	return handed(ctx, c, req.GetVolumeId(), req, csi.ControllerServer.ControllerExpandVolume)
}
