package binding

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// ClassDecides: a better fitting volume of another class is passed over.
var ClassDecides = catalogue.Requirement{
	ID:        "BIND-006",
	Level:     catalogue.Must,
	Statement: "a claim is bound only to a volume of its class",
	Source:    catalogue.API("core/v1/types.go", "storageClassName is the name of the StorageClass required by the claim."),
	Mutants: []catalogue.Mutant{
		{Name: "class-of-claim-swapped", Wrong: "the claim is given another class than its user wrote"},
	},
}

var _ = verify.That(ClassDecides, func(ctx context.Context, bench *lab.Bench) {
	wanted, other := bench.ImmediateClass(ctx), bench.ImmediateClass(ctx)
	bench.Volume(ctx, bench.Node(), other, lab.OfSize("1Gi"))
	right := bench.Volume(ctx, bench.Node(), wanted, lab.OfSize("2Gi"))
	bench.Claim(ctx, wanted).Must(ctx, witness.BeBoundTo(right.Name()))
})
