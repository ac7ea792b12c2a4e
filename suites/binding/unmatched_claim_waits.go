package binding

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// UnmatchedClaimWaits: nothing fits, the claim says so, and the volume that fits ends its wait. A second claim
// that is bound meanwhile shows that the binder was at work.
var UnmatchedClaimWaits = catalogue.Requirement{
	ID:        "BIND-010",
	Level:     catalogue.Must,
	Statement: "a claim that no volume matches stays Pending and is bound when a matching volume appears",
	Source:    catalogue.Docs("concepts/storage/persistent-volumes#binding", "Claims will remain unbound indefinitely if a matching volume does not exist. Claims will be bound as matching volumes become available."),
	Mutants: []catalogue.Mutant{
		{Name: "claim-shrunk", Wrong: "the claim asks for almost nothing, whatever its user wrote"},
		{Name: "capacity-overstated", Wrong: "the volume says that it is far larger than it is"},
		catalogue.AlsoSpoilt(2), catalogue.Spoilt(3),
	},
}

var _ = verify.That(UnmatchedClaimWaits, func(ctx context.Context, bench *lab.Bench) {
	class := bench.ImmediateClass(ctx)
	bench.Volume(ctx, bench.Node(), class, lab.OfSize("1Gi"))
	large := bench.Claim(ctx, class, lab.Asking("5Gi"))
	large.Must(ctx, witness.BeWithoutMatch())
	large.Throughout(ctx, witness.BeUnbound(), func() {
		bench.Claim(ctx, class, lab.Asking("1Gi")).Reach(ctx, witness.BeBound())
	})

	enough := bench.Volume(ctx, bench.Node(), class, lab.OfSize("5Gi"))
	large.Must(ctx, witness.BeBoundTo(enough.Name()))
})
