package publish

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/payload"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// PodsOfOneNodeShare: one node may mount the volume for several pods, and each of them sees what both wrote.
var PodsOfOneNodeShare = catalogue.Requirement{
	ID:        "PUB-005",
	Level:     catalogue.Must,
	Statement: "two pods on one node that use the same claim see each other's files",
	Source:    catalogue.API("core/v1/types.go", "can be mounted in read/write mode to exactly 1 host"),
	Needs:     []catalogue.Capability{catalogue.Driver},
	Mutants: []catalogue.Mutant{
		{Name: "second-publish-is-empty", Wrong: "only the first pod of a node sees the volume"},
		{Name: "data-path-swapped", Wrong: "each pod sees a sub-directory of its own on the volume", Further: true},
		catalogue.AlsoSpoilt(1), catalogue.Spoilt(3),
	},
}

var _ = verify.That(PodsOfOneNodeShare, func(ctx context.Context, bench *lab.Bench) {
	claim := bench.Claim(ctx, bench.Class(ctx))
	one := bench.Pod(ctx, lab.Using(claim))
	one.Reach(ctx, witness.Run())
	other := bench.Pod(ctx, lab.Using(claim), lab.OnlyOn(bench.NodeOf(one)))
	other.Must(ctx, witness.Run())
	all := bench.Digest(ctx, one)
	for i, pod := range []*lab.Pod{one, other} {
		tree := payload.Small(int64(i))
		bench.Fill(ctx, pod, tree)
		all = bench.Joined(ctx, all, tree)
	}
	bench.MustSee(ctx, one, all, payload.Content, payload.Links, payload.Modes)
	bench.MustSee(ctx, other, all, payload.Content, payload.Links, payload.Modes)
})
