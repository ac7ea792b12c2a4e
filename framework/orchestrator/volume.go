package orchestrator

import (
	"context"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"github.com/onsi/ginkgo/v2"
)

// NewVolume is a request for an empty volume of the name, as a CO makes it for the class.
func (c *CO) NewVolume(name string) *csi.CreateVolumeRequest {
	req := &csi.CreateVolumeRequest{Name: name, CapacityRange: &csi.CapacityRange{RequiredBytes: c.Size}, Parameters: c.Options.Volume.Parameters,
		Secrets: c.Options.Volume.Secrets, VolumeCapabilities: []*csi.VolumeCapability{c.Capability}}
	if c.places && len(c.Segments) > 0 {
		req.AccessibilityRequirements = &csi.TopologyRequirement{Requisite: c.Segments, Preferred: c.Segments}
	}
	return req
}

// Filled has the request ask for the content of a snapshot.
func Filled(req *csi.CreateVolumeRequest, snapshotID string) *csi.CreateVolumeRequest {
	req.VolumeContentSource = &csi.VolumeContentSource{Type: &csi.VolumeContentSource_Snapshot{
		Snapshot: &csi.VolumeContentSource_SnapshotSource{SnapshotId: snapshotID}}}
	return req
}

// Cloned has the request ask for the content of a volume.
func Cloned(req *csi.CreateVolumeRequest, volumeID string) *csi.CreateVolumeRequest {
	req.VolumeContentSource = &csi.VolumeContentSource{Type: &csi.VolumeContentSource_Volume{
		Volume: &csi.VolumeContentSource_VolumeSource{VolumeId: volumeID}}}
	return req
}

// Create calls CreateVolume until there is a final answer.
func (c *CO) Create(ctx context.Context, req *csi.CreateVolumeRequest) (*csi.Volume, error) {
	return settled(ctx, c, func(ctx context.Context) (*csi.Volume, error) { return c.CreateOnce(ctx, req) })
}

// CreateOnce is one CreateVolume call.
func (c *CO) CreateOnce(ctx context.Context, req *csi.CreateVolumeRequest) (*csi.Volume, error) {
	note := c.volumes.asked(req.GetName(), req)
	answer, err := once(ctx, c, func(ctx context.Context) (*csi.CreateVolumeResponse, error) { return c.driver.CreateVolume(ctx, req) })
	note(answer.GetVolume().GetVolumeId(), err)
	return answer.GetVolume(), err
}

// Need is a volume that a judgement builds on. Where there is none the judgement is blocked.
func (c *CO) Need(ctx context.Context, req *csi.CreateVolumeRequest) *csi.Volume {
	ginkgo.GinkgoHelper()
	v, err := c.Create(ctx, req)
	call := "CreateVolume " + Quote(req.GetName())
	c.need(call, err)
	if v.GetVolumeId() == "" {
		c.Blocked(call, "the answer names no volume_id")
	}
	return v
}

// NeedAny is an empty volume with a name of its own.
func (c *CO) NeedAny(ctx context.Context) *csi.Volume {
	ginkgo.GinkgoHelper()
	return c.Need(ctx, c.NewVolume(c.Name("")))
}

// Delete calls DeleteVolume until there is a final answer.
func (c *CO) Delete(ctx context.Context, id string) error {
	_, err := settled(ctx, c, func(ctx context.Context) (struct{}, error) { return struct{}{}, c.DeleteOnce(ctx, id) })
	return err
}

// DeleteOnce is one DeleteVolume call.
func (c *CO) DeleteOnce(ctx context.Context, id string) error {
	_, err := once(ctx, c, func(ctx context.Context) (*csi.DeleteVolumeResponse, error) {
		return c.driver.DeleteVolume(ctx, &csi.DeleteVolumeRequest{VolumeId: id, Secrets: c.Options.Volume.Secrets})
	})
	if err == nil {
		c.volumes.deleted(id)
	}
	return err
}

// Gone is the ID of a volume that was deleted: there is no better one of a volume that does not exist.
func (c *CO) Gone(ctx context.Context) string {
	ginkgo.GinkgoHelper()
	v := c.NeedAny(ctx)
	c.need("DeleteVolume "+Quote(v.GetVolumeId()), c.Delete(ctx, v.GetVolumeId()))
	return v.GetVolumeId()
}

// Validate calls ValidateVolumeCapabilities for how volumes are to be used, until there is a final answer. Confirmed
// tells whether the driver says that the volume can be used so.
func (c *CO) Validate(ctx context.Context, id string, volumeContext map[string]string) (confirmed bool, err error) {
	answer, err := settled(ctx, c, func(ctx context.Context) (*csi.ValidateVolumeCapabilitiesResponse, error) {
		return once(ctx, c, func(ctx context.Context) (*csi.ValidateVolumeCapabilitiesResponse, error) {
			return c.driver.ValidateVolumeCapabilities(ctx, &csi.ValidateVolumeCapabilitiesRequest{VolumeId: id, VolumeContext: volumeContext,
				VolumeCapabilities: []*csi.VolumeCapability{c.Capability}, Secrets: c.Options.Volume.Secrets})
		})
	})
	return answer.GetConfirmed() != nil, err
}

// Expand calls ControllerExpandVolume until there is a final answer, and returns the capacity in bytes.
func (c *CO) Expand(ctx context.Context, id string, size int64) (int64, error) {
	answer, err := settled(ctx, c, func(ctx context.Context) (*csi.ControllerExpandVolumeResponse, error) {
		return once(ctx, c, func(ctx context.Context) (*csi.ControllerExpandVolumeResponse, error) {
			return c.driver.ControllerExpandVolume(ctx, &csi.ControllerExpandVolumeRequest{VolumeId: id, CapacityRange: &csi.CapacityRange{RequiredBytes: size},
				VolumeCapability: c.Capability, Secrets: c.Options.Volume.Secrets})
		})
	})
	return answer.GetCapacityBytes(), err
}

// Page calls ListVolumes for at most as many entries; 0: as many as the driver likes.
func (c *CO) Page(ctx context.Context, most int32, token string) (ids []string, next string, err error) {
	answer, err := settled(ctx, c, func(ctx context.Context) (*csi.ListVolumesResponse, error) {
		return once(ctx, c, func(ctx context.Context) (*csi.ListVolumesResponse, error) {
			return c.driver.ListVolumes(ctx, &csi.ListVolumesRequest{MaxEntries: most, StartingToken: token})
		})
	})
	for _, e := range answer.GetEntries() {
		ids = append(ids, e.GetVolume().GetVolumeId())
	}
	return ids, answer.GetNextToken(), err
}

// mostPages bounds a list whose tokens lead round in a circle.
const mostPages = 1000

// All lists the driver's volumes by ID, over all pages.
func (c *CO) All(ctx context.Context) []string {
	ginkgo.GinkgoHelper()
	var all []string
	token := ""
	for range mostPages {
		ids, next, err := c.Page(ctx, 0, token)
		if err != nil {
			c.Blocked("ListVolumes", said(err))
		}
		if all = append(all, ids...); next == "" {
			return all
		}
		token = next
	}
	c.Blocked("ListVolumes", "the list does not end")
	return nil
}
