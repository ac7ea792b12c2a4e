package protocol

import (
	"context"
	"fmt"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc/codes"

	"csicert/framework/catalogue"
	"csicert/framework/orchestrator"
	"csicert/framework/verify"
)

// CancelledCutIsResumed: copies of much data take longer than any sidecar waits.
var CancelledCutIsResumed = catalogue.Requirement{
	ID:        "PROT-027",
	Level:     catalogue.Must,
	Statement: "a CreateSnapshot call that was given up is answered with a snapshot when it is made again",
	Source:    catalogue.CSI("Timeouts", "Idempotency requirements ensure that a retried call with the same fields continues where it left off when retried."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.DriverSocket, catalogue.Snapshots},
	Mutants: []catalogue.Mutant{
		{Name: "cancelled-cut-blocks-name", Wrong: "after a CreateSnapshot call that was given up its name stays busy"},
		{Name: "resumed-creation-stays-locked", Wrong: "after a call that resumed one that was given up its name stays locked"},
		{Name: "resumed-creation-forgotten", Wrong: "what a call made that resumed one that was given up is not found by its name"},
		{Name: "resumed-creation-undeletable", Wrong: "what a call made that resumed one that was given up is not deleted at once"},
	},
}

var _ = verify.That(CancelledCutIsResumed, direct(cancelledCutIsResumed))

func cancelledCutIsResumed(ctx context.Context, co *orchestrator.CO) {
	co.Needs(csi.ControllerServiceCapability_RPC_CREATE_DELETE_SNAPSHOT)
	v := co.NeedAny(ctx)
	for _, patience := range momentsOfGivingUp() {
		req := co.NewCut(co.Name("-cut"), v.GetVolumeId())
		giveUp(ctx, patience, func(ctx context.Context) error { _, err := co.CutOnce(ctx, req); return err })
		first, err := co.Cut(ctx, req)
		co.MustAnswer(fmt.Sprintf("the CreateSnapshot call that was given up after %s, made again,", patience), err, codes.OK)
		again, err := co.Cut(ctx, req)
		co.MustAnswer("the same call once more", err, codes.OK)
		co.MustBe(again.GetSnapshotId() == first.GetSnapshotId(), "snapshot "+orchestrator.Quote(first.GetSnapshotId())+" again", orchestrator.Quote(again.GetSnapshotId()))
		co.MustAnswer("DeleteSnapshot of it", co.Drop(ctx, first.GetSnapshotId()), codes.OK)
	}
}
