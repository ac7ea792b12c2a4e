package fault

import (
	"context"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/protobuf/proto"

	"csicert/driver/filer"
)

// NewController returns the honest controller with every fault beside it. Honest makes a controller over filers.
func NewController(honest func(map[string]filer.Filer) csi.ControllerServer, filers map[string]filer.Filer) csi.ControllerServer {
	c := &controller{ControllerServer: honest(filers), faulty: map[string]csi.ControllerServer{}}
	for _, f := range All() {
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

// controller hands each call to the controller of its fault. Calls that name a volume or snapshot by ID go where its
// creation went; after a restart these are honest.
type controller struct {
	csi.ControllerServer // the honest one

	faulty map[string]csi.ControllerServer
	chosen memory[string] // ID → fault
}

func (c *controller) of(id string) csi.ControllerServer {
	name, _ := c.chosen.recall(id)
	if server, ok := c.faulty[name]; ok {
		return server
	}
	return c.ControllerServer
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
	req.Parameters = rest
	response, err := server.CreateVolume(ctx, req)
	if err != nil {
		return nil, err
	}
	c.chosen.remember(response.GetVolume().GetVolumeId(), name)
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
	req.Parameters = rest
	response, err := server.CreateSnapshot(ctx, req)
	if err == nil {
		c.chosen.remember(response.GetSnapshot().GetSnapshotId(), name)
	}
	return response, err
}

// DeleteVolume implements csi.ControllerServer.
func (c *controller) DeleteVolume(ctx context.Context, req *csi.DeleteVolumeRequest) (*csi.DeleteVolumeResponse, error) {
	return c.of(req.GetVolumeId()).DeleteVolume(ctx, req)
}

// DeleteSnapshot implements csi.ControllerServer.
func (c *controller) DeleteSnapshot(ctx context.Context, req *csi.DeleteSnapshotRequest) (*csi.DeleteSnapshotResponse, error) {
	return c.of(req.GetSnapshotId()).DeleteSnapshot(ctx, req)
}

// ListSnapshots implements csi.ControllerServer.
func (c *controller) ListSnapshots(ctx context.Context, req *csi.ListSnapshotsRequest) (*csi.ListSnapshotsResponse, error) {
	return c.of(req.GetSnapshotId()).ListSnapshots(ctx, req)
}

// ControllerExpandVolume implements csi.ControllerServer.
func (c *controller) ControllerExpandVolume(ctx context.Context, req *csi.ControllerExpandVolumeRequest) (*csi.ControllerExpandVolumeResponse, error) {
	return c.of(req.GetVolumeId()).ControllerExpandVolume(ctx, req)
}
