package protocol

import (
	"context"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc/codes"

	"csicert/framework/catalogue"
	"csicert/framework/orchestrator"
	"csicert/framework/verify"
)

// SnapshotDeletionIsRepeatable: or a VolumeSnapshotContent whose deletion was answered too late never goes.
var SnapshotDeletionIsRepeatable = catalogue.Requirement{
	ID:        "PROT-019",
	Level:     catalogue.Must,
	Statement: "a snapshot that is deleted already, or never was, is deleted with success",
	Source:    catalogue.CSI("DeleteSnapshot", "If a snapshot corresponding to the specified `snapshot_id` does not exist or the artifacts associated with the snapshot do not exist anymore, the Plugin MUST reply `0 OK`."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.DriverSocket, catalogue.Snapshots},
	Mutants: []catalogue.Mutant{
		{Name: "repeated-snapshot-deletion-refused", Wrong: "the deletion of a snapshot that is not there fails"},
		{Name: "unknown-deletion-refused", Wrong: "the deletion of a volume or snapshot that never was fails"},
	},
}

var _ = verify.That(SnapshotDeletionIsRepeatable, direct(snapshotDeletionIsRepeatable))

func snapshotDeletionIsRepeatable(ctx context.Context, co *orchestrator.CO) {
	co.Needs(csi.ControllerServiceCapability_RPC_CREATE_DELETE_SNAPSHOT)
	gone := co.GoneCut(ctx, co.NeedAny(ctx).GetVolumeId())
	co.MustAnswer("DeleteSnapshot of a snapshot that was deleted", co.Drop(ctx, gone), codes.OK)
	never := gone[:len(gone)-1] + otherThan(gone[len(gone)-1])
	co.MustAnswer("DeleteSnapshot of "+orchestrator.Quote(never)+", which never was", co.Drop(ctx, never), codes.OK)
}
