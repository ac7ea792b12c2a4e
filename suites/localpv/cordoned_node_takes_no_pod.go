package localpv

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// CordonedNodeTakesNoPod: while the volume's node is cordoned its pod waits, for no other node will do;
// afterwards it runs there.
var CordonedNodeTakesNoPod = catalogue.Requirement{
	ID:        "LOCAL-010",
	Level:     catalogue.Must,
	Statement: "the pod of a volume on a cordoned node stays Pending, and runs there once it is uncordoned",
	Source:    catalogue.API("core/v1/types.go", "Unschedulable controls node schedulability of new pods. By default, node is schedulable."),
	Needs:     []catalogue.Capability{catalogue.LocalVolumes, catalogue.TwoNodes, catalogue.Disruption},
	Mutants: []catalogue.Mutant{
		{Name: "pod-tolerates-cordon", Wrong: "the pod tolerates a node that is cordoned"},
		catalogue.AlsoSpoilt(2), catalogue.Spoilt(3),
	},
}

var _ = verify.That(CordonedNodeTakesNoPod, func(ctx context.Context, bench *lab.Bench) {
	home := bench.Node()
	class := bench.ImmediateClass(ctx)
	bench.Volume(ctx, home, class)
	claim := bench.Claim(ctx, class)
	claim.Reach(ctx, witness.BeBound())
	bench.Cordon(ctx, home)
	pod := bench.Pod(ctx, lab.Using(claim))
	pod.Must(ctx, witness.BeUnschedulable(witness.NodeUnschedulable))
	bench.Uncordon(ctx, home)
	pod.Recover(ctx, witness.BeScheduledTo(home.Name))
	pod.Must(ctx, witness.Run())
})
