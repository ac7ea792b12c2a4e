package localpv

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// ConflictingAffinityStaysPending: the pod's own node affinity rules the volume's node out, and the scheduler
// says so.
var ConflictingAffinityStaysPending = catalogue.Requirement{
	ID:        "LOCAL-006",
	Level:     catalogue.Must,
	Statement: "a pod whose node affinity excludes the volume's node stays Pending with the scheduler's reason",
	Source:    catalogue.API("core/v1/types.go", "nodeAffinity defines constraints that limit what nodes this volume can be accessed from. This field influences the scheduling of pods that use this volume."),
	Needs:     []catalogue.Capability{catalogue.LocalVolumes, catalogue.TwoNodes},
	Mutants: []catalogue.Mutant{
		{Name: "affinity-any-node", Wrong: "the volume says that every node can reach it"},
		{Name: "host-path-without-affinity", Wrong: "the volume is a path of whichever node the pod comes to"},
		{Name: "pod-forgets-its-nodes", Wrong: "the pod has lost what it said of the nodes that it may run on"},
		catalogue.Spoilt(2),
	},
}

var _ = verify.That(ConflictingAffinityStaysPending, func(ctx context.Context, bench *lab.Bench) {
	home, other := bench.Nodes()[0], bench.Nodes()[1]
	class := bench.ImmediateClass(ctx)
	bench.Volume(ctx, home, class)
	claim := bench.Claim(ctx, class)
	claim.Reach(ctx, witness.BeBound())

	bench.Pod(ctx, lab.Using(claim), lab.OnlyOn(other)).Must(ctx, witness.BeUnschedulable(witness.AffinityConflict))
	bench.Pod(ctx, lab.Using(claim)).Must(ctx, witness.BeScheduledTo(home.Name)) // the volume itself is usable
})
