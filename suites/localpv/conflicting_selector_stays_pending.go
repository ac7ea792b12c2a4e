package localpv

import (
	"context"

	corev1 "k8s.io/api/core/v1"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// ConflictingSelectorStaysPending: the same as with node affinity, by the older nodeSelector.
var ConflictingSelectorStaysPending = catalogue.Requirement{
	ID:        "LOCAL-007",
	Level:     catalogue.Must,
	Statement: "a pod whose nodeSelector excludes the volume's node stays Pending with the scheduler's reason",
	Source:    catalogue.API("core/v1/types.go", "Selector which must match a node's labels for the pod to be scheduled on that node."),
	Needs:     []catalogue.Capability{catalogue.LocalVolumes, catalogue.TwoNodes},
	Mutants: []catalogue.Mutant{
		{Name: "affinity-any-node", Wrong: "the volume says that every node can reach it"},
		{Name: "pod-forgets-its-nodes", Wrong: "the pod has lost what it said of the nodes that it may run on"},
		catalogue.Spoilt(2),
	},
}

var _ = verify.That(ConflictingSelectorStaysPending, func(ctx context.Context, bench *lab.Bench) {
	home, other := bench.Nodes()[0], bench.Nodes()[1]
	class := bench.ImmediateClass(ctx)
	bench.Volume(ctx, home, class)
	claim := bench.Claim(ctx, class)
	claim.Reach(ctx, witness.BeBound())

	bench.Pod(ctx, lab.Using(claim), lab.OnlyWhere(corev1.LabelHostname, other.Host)).Must(ctx, witness.BeUnschedulable(witness.AffinityConflict))
	bench.Pod(ctx, lab.Using(claim), lab.OnlyWhere(corev1.LabelHostname, home.Host)).Must(ctx, witness.BeScheduledTo(home.Name))
})
