package localpv

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// ClaimFollowsThePod: of several volumes, smaller ones elsewhere among them, the claim takes the one where its
// pod may run; in every zone in turn.
var ClaimFollowsThePod = catalogue.Requirement{
	ID:        "LOCAL-011",
	Level:     catalogue.Must,
	Statement: "with several volumes the claim binds to the one on a node that the pod may use",
	Source:    catalogue.Docs("concepts/storage/volumes#local", "Delaying volume binding ensures that the PersistentVolumeClaim binding decision will also be evaluated with any other node constraints the Pod may have, such as node resource requirements, node selectors, Pod affinity, and Pod anti-affinity."),
	Needs:     []catalogue.Capability{catalogue.LocalVolumes, catalogue.TwoNodes},
	Mutants: []catalogue.Mutant{
		{Name: "class-immediate", Wrong: "the class binds at once although it says that it waits"},
		catalogue.Spoilt(2),
	},
}

var _ = verify.That(ClaimFollowsThePod, func(ctx context.Context, bench *lab.Bench) {
	for _, home := range bench.OnePerZone() {
		class := bench.DelayedClass(ctx)
		for _, other := range bench.Nodes() {
			if other.Name != home.Name {
				bench.Volume(ctx, other, class, lab.OfSize("1Gi")) // a better fit, on the wrong node
			}
		}
		right := bench.Volume(ctx, home, class, lab.OfSize("2Gi"))
		claim := bench.Claim(ctx, class)
		pod := bench.Pod(ctx, lab.Using(claim), lab.OnlyOn(home))
		claim.Must(ctx, witness.BeBoundTo(right.Name()))
		pod.Must(ctx, witness.BeScheduledTo(home.Name))
	}
})
