package protocol

import (
	"context"

	"google.golang.org/grpc/codes"

	"csicert/framework/catalogue"
	"csicert/framework/orchestrator"
	"csicert/framework/verify"
)

// DeletionIsRepeatable: or a PersistentVolume whose deletion was answered too late never goes.
var DeletionIsRepeatable = catalogue.Requirement{
	ID:        "PROT-011",
	Level:     catalogue.Must,
	Statement: "a volume that is deleted already, or never was, is deleted with success",
	Source:    catalogue.CSI("DeleteVolume", "If a volume corresponding to the specified `volume_id` does not exist or the artifacts associated with the volume do not exist anymore, the Plugin MUST reply `0 OK`."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.DriverSocket},
	Mutants: []catalogue.Mutant{
		{Name: "repeated-deletion-refused", Wrong: "the deletion of a volume that is not there fails"},
		{Name: "unknown-deletion-refused", Wrong: "the deletion of a volume or snapshot that never was fails"},
	},
}

var _ = verify.That(DeletionIsRepeatable, direct(deletionIsRepeatable))

func deletionIsRepeatable(ctx context.Context, co *orchestrator.CO) {
	gone := co.Gone(ctx)
	co.MustAnswer("DeleteVolume of a volume that was deleted", co.Delete(ctx, gone), codes.OK)
	never := gone[:len(gone)-1] + otherThan(gone[len(gone)-1])
	co.MustAnswer("DeleteVolume of "+orchestrator.Quote(never)+", which never was", co.Delete(ctx, never), codes.OK)
}
