package protocol

import (
	"context"

	"google.golang.org/grpc/codes"

	"csicert/framework/catalogue"
	"csicert/framework/orchestrator"
	"csicert/framework/verify"
)

// UnknownVolumeIsNotConfirmed: the one call that tells a CO, without a change, whether a volume is there.
var UnknownVolumeIsNotConfirmed = catalogue.Requirement{
	ID:        "PROT-013",
	Level:     catalogue.Must,
	Statement: "the capabilities of a volume are confirmed, and those of one that does not exist are not",
	Source:    catalogue.CSI("ValidateVolumeCapabilities", "Indicates that a volume corresponding to the specified `volume_id` does not exist."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.DriverSocket},
	Mutants: []catalogue.Mutant{
		{Name: "unknown-volume-confirmed", Wrong: "the capabilities of a volume that does not exist are confirmed"},
		{Name: "validation-unimplemented", Wrong: "the call ValidateVolumeCapabilities is not implemented"},
		{Name: "volume-never-confirmed", Wrong: "the capabilities of a volume are never confirmed"},
	},
}

var _ = verify.That(UnknownVolumeIsNotConfirmed, direct(unknownVolumeIsNotConfirmed))

func unknownVolumeIsNotConfirmed(ctx context.Context, co *orchestrator.CO) {
	v := co.NeedAny(ctx)
	confirmed, err := co.Validate(ctx, v.GetVolumeId(), v.GetVolumeContext())
	co.MustAnswer("ValidateVolumeCapabilities of a volume", err, codes.OK)
	co.MustBe(confirmed, "the capabilities that the volume was asked for with to be confirmed", "they are not")
	gone := co.Gone(ctx)
	_, err = co.Validate(ctx, gone, v.GetVolumeContext())
	co.MustAnswer("ValidateVolumeCapabilities of a volume that was deleted", err, codes.NotFound)
}
