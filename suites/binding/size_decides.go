package binding

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// SizeDecides: a volume that is too small is passed over for one that is large enough.
var SizeDecides = catalogue.Requirement{
	ID:        "BIND-003",
	Level:     catalogue.Must,
	Statement: "a claim is not bound to a volume smaller than it asks for",
	Source:    catalogue.API("core/v1/types.go", "resources represents the minimum resources the volume should have."),
	Mutants: []catalogue.Mutant{
		{Name: "claim-shrunk", Wrong: "the claim asks for almost nothing, whatever its user wrote"},
	},
}

var _ = verify.That(SizeDecides, func(ctx context.Context, bench *lab.Bench) {
	class := bench.ImmediateClass(ctx)
	bench.Volume(ctx, bench.Node(), class, lab.OfSize("1Gi"))
	large := bench.Volume(ctx, bench.Node(), class, lab.OfSize("10Gi"))
	bench.Claim(ctx, class, lab.Asking("5Gi")).Must(ctx, witness.BeBoundTo(large.Name()))
})
