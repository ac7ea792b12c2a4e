package protocol

import (
	"context"

	"google.golang.org/grpc/codes"

	"csicert/framework/catalogue"
	"csicert/framework/orchestrator"
	"csicert/framework/verify"
)

// DeletionHitsOneVolume: an ID that reaches a path, a prefix search or a pattern unchecked takes a neighbour along. What
// the driver answers is left to it.
var DeletionHitsOneVolume = catalogue.Requirement{
	ID:        "PROT-012",
	Level:     catalogue.Should,
	Statement: "the deletion of what is called almost like a volume leaves the volume alone",
	Source:    catalogue.Reading("DeleteVolume", "an ID that the driver never gave out names nothing, so its deletion changes nothing; that IDs are compared whole is not said"),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.DriverSocket},
	Mutants: []catalogue.Mutant{
		{Name: "deletion-by-prefix", Wrong: "a deletion takes every volume whose ID begins with the given one"},
		{Name: "deletion-closes-by-prefix", Wrong: "a deletion makes every volume unusable whose ID begins with the given one"},
	},
}

var _ = verify.That(DeletionHitsOneVolume, direct(deletionHitsOneVolume))

func deletionHitsOneVolume(ctx context.Context, co *orchestrator.CO) {
	req := co.NewVolume(co.Name(""))
	v := co.Need(ctx, req)
	for _, id := range alike(v.GetVolumeId()) {
		co.Say("DeleteVolume of %s: %v", orchestrator.Quote(id), co.Delete(ctx, id))
		confirmed, err := co.Validate(ctx, v.GetVolumeId(), v.GetVolumeContext())
		co.MustAnswer("ValidateVolumeCapabilities of the volume beside it", err, codes.OK)
		co.MustBe(confirmed, "the volume beside it to be as it was", "it can no longer be used as it was asked for")
	}
}
