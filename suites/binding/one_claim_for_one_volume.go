package binding

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// OneClaimForOneVolume: of two claims for one volume one waits, and a second volume is what ends its wait.
var OneClaimForOneVolume = catalogue.Requirement{
	ID:        "BIND-002",
	Level:     catalogue.Must,
	Statement: "one volume is bound to one claim, and a second claim waits for a volume of its own",
	Source:    catalogue.Docs("concepts/storage/persistent-volumes#binding", "A PVC to PV binding is a one-to-one mapping"),
	Mutants: []catalogue.Mutant{
		{Name: "both-claims-name-one-volume", Wrong: "every claim is tied to the same volume"},
		catalogue.AlsoSpoilt(1), catalogue.Spoilt(3),
	},
}

var _ = verify.That(OneClaimForOneVolume, func(ctx context.Context, bench *lab.Bench) {
	class := bench.ImmediateClass(ctx)
	only := bench.Volume(ctx, bench.Node(), class)
	first := bench.Claim(ctx, class)
	first.Must(ctx, witness.BeBoundTo(only.Name()))

	second := bench.Claim(ctx, class)
	second.Must(ctx, witness.BeWithoutMatch())
	another := bench.Volume(ctx, bench.Node(), class)
	second.Must(ctx, witness.BeBoundTo(another.Name()))
})
