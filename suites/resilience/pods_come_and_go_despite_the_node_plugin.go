package resilience

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/payload"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// PodsComeAndGoDespiteTheNodePlugin: while there is no plugin, one pod ends, one comes to a volume that the node has
// mounted already, and one to a volume that it has not.
var PodsComeAndGoDespiteTheNodePlugin = catalogue.Requirement{
	ID:        "RES-007",
	Level:     catalogue.Must,
	Statement: "pods that are created or deleted while the node plugin is killed run with their volumes or end once it is back",
	Source:    catalogue.CSI("NodeUnpublishVolume", "If this RPC failed, or the CO does not know if it failed or not, it can choose to call `NodeUnpublishVolume` again."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.Disruption},
	Mutants: []catalogue.Mutant{
		{Name: "staging-forgotten-after-restart", Wrong: "a node plugin that was started again gives no pod a volume that it does not remember to have staged"},
		{Name: "unpublish-refused-after-restart", Wrong: "a node plugin that was started again takes no volume from a pod that it does not remember", Long: true},
		catalogue.Spoilt(6),
	},
}

var _ = verify.That(PodsComeAndGoDespiteTheNodePlugin, func(ctx context.Context, bench *lab.Bench) {
	class := bench.Class(ctx)
	shared := bench.Opened(ctx, class, payload.Small(1))
	node := bench.NodeOf(shared.Pod)
	ending := bench.Opened(ctx, class, payload.Small(2), lab.OnlyOn(node))
	plugin := bench.NodePlugin(ctx, node)
	killed := bench.Kill(ctx, plugin...)
	bench.Delete(ctx, ending.Pod)
	second := bench.Pod(ctx, lab.Using(shared.Claim), lab.OnlyOn(node))
	fresh := bench.Workload(ctx, class, lab.OnlyOn(node))
	killed.Return(ctx)

	ending.Pod.Vanish(ctx)
	second.Recover(ctx, witness.Run())
	bench.MustHold(ctx, second, shared.Written, payload.Core)
	fresh.Pod.Recover(ctx, witness.Run())
	successor := bench.Pod(ctx, lab.Using(ending.Claim))
	successor.Recover(ctx, witness.Run())
	bench.MustHold(ctx, successor, ending.Written, payload.Core)
})
