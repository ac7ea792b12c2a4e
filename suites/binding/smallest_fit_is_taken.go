package binding

import (
	"context"

	corev1 "k8s.io/api/core/v1"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// SmallestFitIsTaken: among volumes that are large enough the claim takes the smallest, so that large ones stay
// for claims that need them.
var SmallestFitIsTaken = catalogue.Requirement{
	ID:        "BIND-004",
	Level:     catalogue.Should,
	Statement: "a claim takes the smallest volume that is large enough",
	Source:    catalogue.Reading("concepts/storage/persistent-volumes#binding", "the volume may be in excess of what was requested, and Kubernetes keeps the excess small"),
	Mutants: []catalogue.Mutant{
		{Name: "claim-inflated", Wrong: "the claim asks for more than its user wrote"},
	},
}

var _ = verify.That(SmallestFitIsTaken, func(ctx context.Context, bench *lab.Bench) {
	class := bench.ImmediateClass(ctx)
	large := bench.Volume(ctx, bench.Node(), class, lab.OfSize("10Gi"))
	smallest := bench.Volume(ctx, bench.Node(), class, lab.OfSize("2Gi"))
	medium := bench.Volume(ctx, bench.Node(), class, lab.OfSize("5Gi"))
	for _, v := range []*lab.Volume{large, smallest, medium} { // the controller chooses among those that it knows
		v.Reach(ctx, witness.BeInPhase(corev1.VolumeAvailable))
	}
	bench.Claim(ctx, class, lab.Asking("1Gi")).Must(ctx, witness.BeBoundTo(smallest.Name()))
})
