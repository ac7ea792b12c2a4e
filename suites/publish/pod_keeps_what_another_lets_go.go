package publish

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/payload"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// PodKeepsWhatAnotherLetsGo: one of two pods of a node ends, and its volume is taken from it alone. A container that runs
// holds on to the mount that it was started with; what the node has for the other pod shows when its container is started
// again.
var PodKeepsWhatAnotherLetsGo = catalogue.Requirement{
	ID:        "PUB-010",
	Level:     catalogue.Must,
	Statement: "a pod keeps a claim that another pod of its node lets go, also when its container is started again",
	Source:    catalogue.CSI("NodeUnpublishVolume", "This RPC MUST undo the work by the corresponding `NodePublishVolume`."),
	Needs:     []catalogue.Capability{catalogue.Driver},
	Mutants: []catalogue.Mutant{
		{Name: "unpublish-takes-all", Wrong: "a volume that is taken from one pod is taken from every pod of the node"},
		{Name: "second-publish-is-empty", Wrong: "only the first pod of a node sees the volume", Further: true},
		catalogue.AlsoSpoilt(2), catalogue.AlsoSpoilt(4),
	},
}

var _ = verify.That(PodKeepsWhatAnotherLetsGo, func(ctx context.Context, bench *lab.Bench) {
	claim := bench.Claim(ctx, bench.Class(ctx))
	first := bench.Pod(ctx, lab.Using(claim))
	first.Reach(ctx, witness.Run())
	other := bench.Pod(ctx, lab.Using(claim), lab.OnlyOn(bench.NodeOf(first)))
	other.Reach(ctx, witness.Run())
	written := bench.Fill(ctx, first, payload.Small(1))
	bench.Delete(ctx, first)
	first.Vanish(ctx)

	bench.MustHold(ctx, other, written, payload.Core)
	bench.Restart(ctx, other)
	other.Recover(ctx, witness.RunAgain())
	bench.MustHold(ctx, other, written, payload.Core)
})
