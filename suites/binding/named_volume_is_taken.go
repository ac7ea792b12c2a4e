package binding

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// NamedVolumeIsTaken: a claim that names its volume gets that one, though another fits better.
var NamedVolumeIsTaken = catalogue.Requirement{
	ID:        "BIND-011",
	Level:     catalogue.Must,
	Statement: "a claim that names a volume is bound to that volume",
	Source:    catalogue.API("core/v1/types.go", "volumeName is the binding reference to the PersistentVolume backing this claim."),
	Mutants: []catalogue.Mutant{
		{Name: "volume-name-dropped", Wrong: "the claim loses the name of its volume"},
	},
}

var _ = verify.That(NamedVolumeIsTaken, func(ctx context.Context, bench *lab.Bench) {
	class := bench.ImmediateClass(ctx)
	bench.Volume(ctx, bench.Node(), class, lab.OfSize("1Gi"))
	named := bench.Volume(ctx, bench.Node(), class, lab.OfSize("2Gi"))
	bench.Claim(ctx, class, lab.Naming(named)).Must(ctx, witness.BeBoundTo(named.Name()))
})
