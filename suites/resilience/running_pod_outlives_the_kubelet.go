package resilience

import (
	"context"

	. "github.com/onsi/gomega"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/payload"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// RunningPodOutlivesTheKubelet: a kubelet is killed at every update of the node. It then stages and publishes again what
// runs, and starts no container before that was answered: that the pod's container comes back is the fence for the look at
// the mounts.
var RunningPodOutlivesTheKubelet = catalogue.Requirement{
	ID:        "RES-010",
	Level:     catalogue.Must,
	Statement: "after a restart of the kubelet a running pod starts again with its volume, mounted as often as before, and ends",
	Source:    catalogue.CSI("NodePublishVolume", "This operation MUST be idempotent."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.Disruption},
	Nodes:     true,
	Mutants: []catalogue.Mutant{
		{Name: "republish-refused", Wrong: "publishing a volume again is an error, for it is mounted already"},
		{Name: "republish-stacks", Wrong: "publishing a volume again puts one more mount over the one that is there"},
		catalogue.AlsoSpoilt(3), catalogue.Spoilt(5),
	},
}

var _ = verify.That(RunningPodOutlivesTheKubelet, func(ctx context.Context, bench *lab.Bench) {
	u := bench.Opened(ctx, bench.PromptClass(ctx), payload.Small(1))
	node := bench.NodeOf(u.Pod)
	before := bench.Mounts(ctx, node)
	Expect(before).NotTo(BeEmpty(), "the node has no mount of a volume that a pod uses: this run could not tell")
	bench.RestartKubelet(ctx, node)
	bench.Crash(ctx, u.Pod)
	u.Pod.Recover(ctx, witness.RunAgain())
	Expect(bench.Mounts(ctx, node)).To(ConsistOf(before), "what is mounted of the volume")
	bench.MustHold(ctx, u.Pod, u.Written, payload.Core)

	bench.Delete(ctx, u.Pod)
	u.Pod.Vanish(ctx)
	successor := bench.Pod(ctx, lab.Using(u.Claim), lab.OnlyOn(node))
	successor.Recover(ctx, witness.Run())
	bench.MustHold(ctx, successor, u.Written, payload.Core)
})
