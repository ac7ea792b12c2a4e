package fault

import (
	"context"
	"strings"

	"github.com/container-storage-interface/spec/lib/go/csi"
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

func (c *controller) of(ctx context.Context, id string) csi.ControllerServer {
	name, known := c.chosen.recall(id)
	if !known {
		name, known = c.chosen.near(id)
	}
	if !known {
		name = c.markOf(ctx, id)
	}
	if server, ok := c.faulty[name]; ok {
		return server
	}
	return c.ControllerServer
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

// markOf finds the fault that the name of a volume or snapshot tells; empty for none.
func (c *controller) markOf(ctx context.Context, id string) string {
	zone := zoneOf(id)
	f, ok := c.filers[zone]
	if !ok {
		return ""
	}
	var name string
	if v, err := f.Volume(ctx, id[len(zone)+1:]); err == nil {
		name = v.Name
	} else if s, err := f.Snapshot(ctx, id[len(zone)+1:]); err == nil {
		name = s.Name
	}
	if fault := name[strings.LastIndexByte(name, '.')+1:]; c.lasting[fault] {
		return fault
	}
	return ""
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
	answer, err := c.of(ctx, req.GetVolumeId()).DeleteVolume(ctx, req)
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
	return c.of(ctx, req.GetVolumeId()).ValidateVolumeCapabilities(ctx, req)
}

// DeleteSnapshot implements csi.ControllerServer.
func (c *controller) DeleteSnapshot(ctx context.Context, req *csi.DeleteSnapshotRequest) (*csi.DeleteSnapshotResponse, error) {
	return c.of(ctx, req.GetSnapshotId()).DeleteSnapshot(ctx, req)
}

// ListSnapshots implements csi.ControllerServer.
func (c *controller) ListSnapshots(ctx context.Context, req *csi.ListSnapshotsRequest) (*csi.ListSnapshotsResponse, error) {
	return c.of(ctx, req.GetSnapshotId()).ListSnapshots(ctx, req)
}

// ControllerExpandVolume implements csi.ControllerServer.
func (c *controller) ControllerExpandVolume(ctx context.Context, req *csi.ControllerExpandVolumeRequest) (*csi.ControllerExpandVolumeResponse, error) {
	return c.of(ctx, req.GetVolumeId()).ControllerExpandVolume(ctx, req)
}
