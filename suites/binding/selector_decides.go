package binding

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// SelectorDecides: a better fitting volume without the label is passed over.
var SelectorDecides = catalogue.Requirement{
	ID:        "BIND-007",
	Level:     catalogue.Must,
	Statement: "a claim with a selector is bound only to a volume with the label",
	Source:    catalogue.API("core/v1/types.go", "selector is a label query over volumes to consider for binding."),
	Mutants: []catalogue.Mutant{
		{Name: "selector-dropped", Wrong: "the claim loses its selector"},
		{Name: "volume-labels-lost", Wrong: "the volume has lost the labels that claims select it by"},
	},
}

var _ = verify.That(SelectorDecides, func(ctx context.Context, bench *lab.Bench) {
	class := bench.ImmediateClass(ctx)
	bench.Volume(ctx, bench.Node(), class, lab.OfSize("1Gi"), lab.Labelled("speed", "slow"))
	fast := bench.Volume(ctx, bench.Node(), class, lab.OfSize("2Gi"), lab.Labelled("speed", "fast"))
	bench.Claim(ctx, class, lab.Selecting("speed", "fast")).Must(ctx, witness.BeBoundTo(fast.Name()))
})
