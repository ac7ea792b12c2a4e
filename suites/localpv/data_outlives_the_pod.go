package localpv

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// DataOutlivesThePod: the successor finds every file as the first pod left it.
var DataOutlivesThePod = catalogue.Requirement{
	ID:        "LOCAL-004",
	Level:     catalogue.Must,
	Statement: "what a pod wrote to a local volume is read by its successor, exactly",
	Source:    catalogue.Docs("concepts/storage/volumes#local", "Compared to hostPath volumes, local volumes are used in a durable and portable manner without manually scheduling pods to nodes."),
	Needs:     []catalogue.Capability{catalogue.LocalVolumes},
	Mutants: []catalogue.Mutant{
		{Name: "claim-on-empty-dir", Wrong: "pods get a directory of their own instead of the volume"},
		{Name: "data-path-swapped", Wrong: "each pod sees a sub-directory of its own on the volume"},
	},
}

var _ = verify.That(DataOutlivesThePod, func(ctx context.Context, bench *lab.Bench) {
	class := bench.DelayedClass(ctx)
	volume := bench.Volume(ctx, bench.Node(), class)
	claim := bench.Claim(ctx, class)
	first := bench.Pod(ctx, lab.Using(claim))
	first.Reach(ctx, witness.Run())
	written := bench.Fill(ctx, first, bench.TreeOnDisk(1))
	bench.Retire(ctx, first)

	second := bench.Pod(ctx, lab.Using(claim))
	second.Must(ctx, witness.BeScheduledTo(volume.On.Name))
	second.Reach(ctx, witness.Run())
	bench.MustHold(ctx, second, written)
})
