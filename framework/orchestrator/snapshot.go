package orchestrator

import (
	"context"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"github.com/onsi/ginkgo/v2"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// NewCut is a request for a snapshot of the name, as a CO makes it for the class.
func (c *CO) NewCut(name, volumeID string) *csi.CreateSnapshotRequest {
	return &csi.CreateSnapshotRequest{Name: name, SourceVolumeId: volumeID, Parameters: c.Options.Snapshot.Parameters, Secrets: c.Options.Snapshot.Secrets}
}

// Cut calls CreateSnapshot until there is a final answer.
func (c *CO) Cut(ctx context.Context, req *csi.CreateSnapshotRequest) (*csi.Snapshot, error) {
	return settled(ctx, c, func(ctx context.Context) (*csi.Snapshot, error) { return c.CutOnce(ctx, req) })
}

// CutOnce is one CreateSnapshot call.
func (c *CO) CutOnce(ctx context.Context, req *csi.CreateSnapshotRequest) (*csi.Snapshot, error) {
	note := c.cuts.asked(req.GetName(), req)
	answer, err := once(ctx, c, func(ctx context.Context) (*csi.CreateSnapshotResponse, error) {
		return c.driver.CreateSnapshot(ctx, req)
	})
	note(answer.GetSnapshot().GetSnapshotId(), err)
	return answer.GetSnapshot(), err
}

// NeedCut is a snapshot that a judgement builds on, ready to use. Where there is none the judgement is blocked.
func (c *CO) NeedCut(ctx context.Context, volumeID string) (*csi.CreateSnapshotRequest, *csi.Snapshot) {
	ginkgo.GinkgoHelper()
	req := c.NewCut(c.Name("-cut"), volumeID)
	shot, err := settled(ctx, c, func(ctx context.Context) (*csi.Snapshot, error) {
		shot, err := c.CutOnce(ctx, req)
		if err == nil && !shot.GetReadyToUse() { // the CO asks again, as the specification has it (CreateSnapshot)
			err = status.Error(codes.Unavailable, "the snapshot is not ready to use")
		}
		return shot, err
	})
	call := "CreateSnapshot " + Quote(req.GetName())
	c.need(call, err)
	if shot.GetSnapshotId() == "" {
		c.Blocked(call, "the answer names no snapshot_id")
	}
	return req, shot
}

// Drop calls DeleteSnapshot until there is a final answer.
func (c *CO) Drop(ctx context.Context, id string) error {
	_, err := settled(ctx, c, func(ctx context.Context) (*csi.DeleteSnapshotResponse, error) {
		return once(ctx, c, func(ctx context.Context) (*csi.DeleteSnapshotResponse, error) {
			return c.driver.DeleteSnapshot(ctx, &csi.DeleteSnapshotRequest{SnapshotId: id, Secrets: c.Options.Snapshot.Secrets})
		})
	})
	if err == nil {
		c.cuts.deleted(id)
	}
	return err
}

// GoneCut is the ID of a snapshot that was deleted.
func (c *CO) GoneCut(ctx context.Context, volumeID string) string {
	ginkgo.GinkgoHelper()
	_, shot := c.NeedCut(ctx, volumeID)
	c.need("DeleteSnapshot "+Quote(shot.GetSnapshotId()), c.Drop(ctx, shot.GetSnapshotId()))
	return shot.GetSnapshotId()
}

// Listed calls ListSnapshots for one ID until there is a final answer.
func (c *CO) Listed(ctx context.Context, id string) ([]*csi.Snapshot, error) {
	answer, err := settled(ctx, c, func(ctx context.Context) (*csi.ListSnapshotsResponse, error) {
		return once(ctx, c, func(ctx context.Context) (*csi.ListSnapshotsResponse, error) {
			return c.driver.ListSnapshots(ctx, &csi.ListSnapshotsRequest{SnapshotId: id, Secrets: c.Options.Snapshot.Secrets})
		})
	})
	var all []*csi.Snapshot
	for _, e := range answer.GetEntries() {
		all = append(all, e.GetSnapshot())
	}
	return all, err
}
