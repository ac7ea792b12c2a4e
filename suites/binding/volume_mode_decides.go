package binding

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// VolumeModeDecides: a better fitting raw device is passed over by a claim for a file system.
var VolumeModeDecides = catalogue.Requirement{
	ID:        "BIND-008",
	Level:     catalogue.Must,
	Statement: "a claim for a file system is not bound to a raw block volume",
	Source:    catalogue.API("core/v1/types.go", "volumeMode defines what type of volume is required by the claim. Value of Filesystem is implied when not included in claim spec."),
	Mutants: []catalogue.Mutant{
		{Name: "volume-mode-lost", Wrong: "a raw device is offered as a file system"},
	},
}

var _ = verify.That(VolumeModeDecides, func(ctx context.Context, bench *lab.Bench) {
	class := bench.ImmediateClass(ctx)
	bench.Volume(ctx, bench.Node(), class, lab.OfSize("1Gi"), lab.AsBlock())
	files := bench.Volume(ctx, bench.Node(), class, lab.OfSize("2Gi"))
	bench.Claim(ctx, class).Must(ctx, witness.BeBoundTo(files.Name()))
})
