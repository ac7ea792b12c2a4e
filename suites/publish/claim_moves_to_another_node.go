package publish

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/payload"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// ClaimMovesToAnotherNode: when the pod ends the node lets go of the volume, and a pod on another node that can reach
// it runs with the same data.
var ClaimMovesToAnotherNode = catalogue.Requirement{
	ID:        "PUB-008",
	Level:     catalogue.Must,
	Statement: "once its pod is gone a claim can be used on another node, with its data",
	Source:    catalogue.Docs("concepts/storage/persistent-volumes#introduction", "PVs are volume plugins like Volumes, but have a lifecycle independent of any individual Pod that uses the PV."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.TwoNodes},
	Mutants: []catalogue.Mutant{
		{Name: "mount-missing", Wrong: "the volume is not mounted and pods write to the node's own disk"},
		{Name: "unpublish-refused", Wrong: "a volume cannot be taken from a pod that ends"},
		{Name: "unpublish-forgotten", Wrong: "a volume is said to be taken from its pod, and stays mounted"},
		catalogue.AlsoSpoilt(2),
	},
}

var _ = verify.That(ClaimMovesToAnotherNode, func(ctx context.Context, bench *lab.Bench) {
	nodes := bench.Neighbours()
	claim := bench.Claim(ctx, bench.Class(ctx))
	first := bench.Pod(ctx, lab.Using(claim), lab.OnlyOn(nodes[0]))
	first.Reach(ctx, witness.Run())
	written := bench.Fill(ctx, first, payload.Small(1))
	bench.Delete(ctx, first)
	first.Vanish(ctx)

	second := bench.Pod(ctx, lab.Using(claim), lab.OnlyOn(nodes[1]))
	second.Recover(ctx, witness.Run()) // a device is taken from one node and given to the other
	bench.MustHold(ctx, second, written, payload.Core)
})
