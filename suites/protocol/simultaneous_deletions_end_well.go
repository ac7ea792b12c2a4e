package protocol

import (
	"context"

	"google.golang.org/grpc/codes"

	"csicert/framework/catalogue"
	"csicert/framework/orchestrator"
	"csicert/framework/verify"
)

// SimultaneousDeletionsEndWell: ABORTED is an answer to all but one, and those are asked again.
var SimultaneousDeletionsEndWell = catalogue.Requirement{
	ID:        "PROT-024",
	Level:     catalogue.Should,
	Statement: "several DeleteVolume calls for one volume that come at once all end in success",
	Source:    catalogue.CSI("Concurrency", "The plugin SHOULD handle this as gracefully as possible."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.DriverSocket},
	Mutants: []catalogue.Mutant{
		{Name: "simultaneous-deletions-fail", Wrong: "of two deletions of one volume at once the second fails for good"},
		{Name: "simultaneous-deletions-leave-volume", Wrong: "of deletions of one volume at once each leaves it to the other"},
	},
}

var _ = verify.That(SimultaneousDeletionsEndWell, direct(simultaneousDeletionsEndWell))

func simultaneousDeletionsEndWell(ctx context.Context, co *orchestrator.CO) {
	v := co.NeedAny(ctx)
	errs := make([]error, calls)
	orchestrator.AtOnce(calls, func(n int) { errs[n] = co.Delete(ctx, v.GetVolumeId()) })
	for _, err := range errs {
		co.MustAnswer("one of eight DeleteVolume calls for a volume", err, codes.OK)
	}
	_, err := co.Validate(ctx, v.GetVolumeId(), v.GetVolumeContext())
	co.MustAnswer("ValidateVolumeCapabilities of the volume then", err, codes.NotFound)
}
