package protocol

import (
	"context"
	"fmt"

	"google.golang.org/grpc/codes"

	"csicert/framework/catalogue"
	"csicert/framework/orchestrator"
	"csicert/framework/verify"
)

// CancelledCreationIsResumed: the sidecars give a call up after a while and make it again, and gRPC tells the driver. Given up at
// several moments, for which of them hits the driver at work is not known.
var CancelledCreationIsResumed = catalogue.Requirement{
	ID:        "PROT-026",
	Level:     catalogue.Must,
	Statement: "a CreateVolume call that was given up is answered with a volume when it is made again",
	Source:    catalogue.CSI("Timeouts", "Idempotency requirements ensure that a retried call with the same fields continues where it left off when retried."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.DriverSocket},
	Mutants: []catalogue.Mutant{
		{Name: "cancelled-creation-blocks-name", Wrong: "after a CreateVolume call that was given up its name stays busy"},
		{Name: "resumed-creation-stays-locked", Wrong: "after a call that resumed one that was given up its name stays locked"},
		{Name: "resumed-creation-forgotten", Wrong: "what a call made that resumed one that was given up is not found by its name"},
		{Name: "resumed-creation-undeletable", Wrong: "what a call made that resumed one that was given up is not deleted at once"},
	},
}

var _ = verify.That(CancelledCreationIsResumed, direct(cancelledCreationIsResumed))

func cancelledCreationIsResumed(ctx context.Context, co *orchestrator.CO) {
	for _, patience := range momentsOfGivingUp() {
		req := co.NewVolume(co.Name(""))
		giveUp(ctx, patience, func(ctx context.Context) error { _, err := co.CreateOnce(ctx, req); return err })
		first, err := co.Create(ctx, req)
		co.MustAnswer(fmt.Sprintf("the CreateVolume call that was given up after %s, made again,", patience), err, codes.OK)
		again, err := co.Create(ctx, req)
		co.MustAnswer("the same call once more", err, codes.OK)
		co.MustBe(again.GetVolumeId() == first.GetVolumeId(), "volume "+orchestrator.Quote(first.GetVolumeId())+" again", orchestrator.Quote(again.GetVolumeId()))
		co.MustAnswer("DeleteVolume of it", co.Delete(ctx, first.GetVolumeId()), codes.OK)
	}
}
