package resilience

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/payload"
	"csicert/framework/verify"
)

// RunningPodOutlivesTheNodePlugin: a plugin is killed at every update. The pod writes while there is none, and reads on
// afterwards all that it wrote.
var RunningPodOutlivesTheNodePlugin = catalogue.Requirement{
	ID:        "RES-006",
	Level:     catalogue.Must,
	Statement: "a running pod reads and writes its volume while the node plugin is killed and after it has come back",
	Source:    catalogue.Reading("CSI specification, NodePublishVolume", "a published volume stays published until NodeUnpublishVolume; no call is made again for a pod that runs, so that what ends with the plugin stays lost"),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.Disruption},
	Mutants: []catalogue.Mutant{
		{Name: "mounts-die-with-plugin", Wrong: "the node plugin serves the mounts itself, and they end with its process"},
		catalogue.Spoilt(2),
	},
}

var _ = verify.That(RunningPodOutlivesTheNodePlugin, func(ctx context.Context, bench *lab.Bench) {
	u := bench.Opened(ctx, bench.PromptClass(ctx), payload.Small(1))
	plugin := bench.NodePlugin(ctx, bench.NodeOf(u.Pod))
	during, after := payload.Small(2), payload.Small(3)
	killed := bench.Kill(ctx, plugin...)
	bench.MustFill(ctx, u.Pod, during)
	killed.Return(ctx)

	all := bench.Joined(ctx, u.Written, during)
	bench.MustHold(ctx, u.Pod, all, payload.Content, payload.Links, payload.Modes)
	bench.MustFill(ctx, u.Pod, after)
	bench.MustHold(ctx, u.Pod, bench.Joined(ctx, all, after), payload.Content, payload.Links, payload.Modes)
})
