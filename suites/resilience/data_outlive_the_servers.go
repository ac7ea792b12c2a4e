package resilience

import (
	"context"
	"slices"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/payload"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// DataOutliveTheServers: everything of the driver that is not a node's is killed while a pod writes. The pod may have to
// wait; it must not be told of an error, and what it wrote before and meanwhile is on the storage for its successor.
var DataOutliveTheServers = catalogue.Requirement{
	ID:        "RES-008",
	Level:     catalogue.Must,
	Statement: "a pod that writes while the driver's servers are killed comes to its end without an error, and no data are lost",
	Source:    catalogue.Reading("concepts/storage/persistent-volumes#introduction", "what a pod was told to be written is on a volume, whose life is its own: no process of the driver may take it along"),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.Disruption},
	Mutants: []catalogue.Mutant{
		{Name: "mount-gives-up", Wrong: "the mount answers with an error as soon as the server does not answer at once"},
		catalogue.Spoilt(3),
	},
}

var _ = verify.That(DataOutliveTheServers, func(ctx context.Context, bench *lab.Bench) {
	servers := slices.Concat(bench.ControllerPlugin(ctx), bench.Servers(ctx))
	u := bench.Opened(ctx, bench.PromptClass(ctx), payload.Small(1))
	during, amid := bench.Tree(2), payload.Small(3)
	var killed lab.Killed
	bench.TakeTurn(ctx)
	bench.MustFillWhile(ctx, u.Pod, during, func() { killed = bench.Kill(ctx, servers...) })
	bench.MustFill(ctx, u.Pod, amid) // a small tree may have been complete before the servers were gone
	killed.Return(ctx)

	all := bench.Joined(ctx, u.Written, during, amid)
	bench.MustHold(ctx, u.Pod, all, payload.Content, payload.Links, payload.Modes)
	bench.Retire(ctx, u.Pod)
	successor := bench.Pod(ctx, lab.Using(u.Claim))
	successor.Recover(ctx, witness.Run())
	bench.MustHold(ctx, successor, all, payload.Content, payload.Links, payload.Modes)
})
