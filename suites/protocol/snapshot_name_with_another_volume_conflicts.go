package protocol

import (
	"context"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc/codes"

	"csicert/framework/catalogue"
	"csicert/framework/orchestrator"
	"csicert/framework/verify"
)

// SnapshotNameWithAnotherVolumeConflicts: a snapshot of another volume in place of one's own is another's data.
var SnapshotNameWithAnotherVolumeConflicts = catalogue.Requirement{
	ID:        "PROT-017",
	Level:     catalogue.Must,
	Statement: "a name that a snapshot of another volume has is refused, and the snapshot stays as it is",
	Source:    catalogue.CSI("CreateSnapshot", "already exists but is incompatible with the specified `volume_id`"),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.DriverSocket, catalogue.Snapshots},
	Mutants: []catalogue.Mutant{
		{Name: "snapshot-conflict-overlooked", Wrong: "a name that is taken is answered with the snapshot that has it, whatever it is of"},
		{Name: "conflict-poisons-name", Wrong: "after a request that conflicts the first one is refused, too"},
		{Name: "conflict-overwrites-record", Wrong: "a request that conflicts is refused and recorded in place of the first"},
	},
}

var _ = verify.That(SnapshotNameWithAnotherVolumeConflicts, direct(snapshotNameWithAnotherVolumeConflicts))

func snapshotNameWithAnotherVolumeConflicts(ctx context.Context, co *orchestrator.CO) {
	co.Needs(csi.ControllerServiceCapability_RPC_CREATE_DELETE_SNAPSHOT)
	one, two := co.NeedAny(ctx), co.NeedAny(ctx)
	req, first := co.NeedCut(ctx, one.GetVolumeId())
	_, err := co.Cut(ctx, co.NewCut(req.GetName(), two.GetVolumeId()))
	co.MustAnswer("CreateSnapshot with the name of a snapshot of another volume", err, codes.AlreadyExists)
	again, err := co.Cut(ctx, req)
	co.MustAnswer("the first CreateSnapshot call again", err, codes.OK)
	co.MustBe(again.GetSnapshotId() == first.GetSnapshotId() && again.GetSourceVolumeId() == one.GetVolumeId(),
		"the first snapshot as it was, "+first.String(), again.String())
}
