package protocol

import (
	"context"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc/codes"

	"csicert/framework/catalogue"
	"csicert/framework/orchestrator"
	"csicert/framework/verify"
)

// SnapshotDeletionHitsOneSnapshot: that the snapshot is there is shown by a restore, which every driver with snapshots has.
var SnapshotDeletionHitsOneSnapshot = catalogue.Requirement{
	ID:        "PROT-020",
	Level:     catalogue.Should,
	Statement: "the deletion of what is called almost like a snapshot leaves the snapshot alone",
	Source:    catalogue.Reading("DeleteSnapshot", "an ID that the driver never gave out names nothing, so its deletion changes nothing; that IDs are compared whole is not said"),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.DriverSocket, catalogue.Snapshots},
	Mutants: []catalogue.Mutant{
		{Name: "snapshot-deletion-by-prefix", Wrong: "a deletion takes every snapshot whose ID begins with the given one"},
	},
}

var _ = verify.That(SnapshotDeletionHitsOneSnapshot, direct(snapshotDeletionHitsOneSnapshot))

func snapshotDeletionHitsOneSnapshot(ctx context.Context, co *orchestrator.CO) {
	co.Needs(csi.ControllerServiceCapability_RPC_CREATE_DELETE_SNAPSHOT)
	_, shot := co.NeedCut(ctx, co.NeedAny(ctx).GetVolumeId())
	for _, id := range alike(shot.GetSnapshotId()) {
		co.Say("DeleteSnapshot of %s: %v", orchestrator.Quote(id), co.Drop(ctx, id))
	}
	_, err := co.Create(ctx, orchestrator.Filled(co.NewVolume(co.Name("")), shot.GetSnapshotId()))
	co.MustAnswer("CreateVolume from the snapshot beside them", err, codes.OK)
}
