package localpv

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// VolumeOutweighsLoad: the scheduler would rather use an emptier node, and a pod without a volume shows it in
// this very run.
var VolumeOutweighsLoad = catalogue.Requirement{
	ID:        "LOCAL-003",
	Level:     catalogue.Must,
	Statement: "the scheduler chooses the node that has the volume although others are emptier",
	Source:    catalogue.Docs("concepts/storage/volumes#local", "The Kubernetes scheduler uses the PersistentVolume nodeAffinity to schedule these Pods to the correct node."),
	Needs:     []catalogue.Capability{catalogue.LocalVolumes, catalogue.TwoNodes},
	Mutants: []catalogue.Mutant{
		{Name: "affinity-any-node", Wrong: "the volume says that every node can reach it"},
	},
}

var _ = verify.That(VolumeOutweighsLoad, func(ctx context.Context, bench *lab.Bench) {
	home := bench.Node()
	class := bench.DelayedClass(ctx)
	bench.Volume(ctx, home, class)
	claim := bench.Claim(ctx, class)

	ballast := bench.Pod(ctx, lab.OnlyOn(home), lab.Requesting(home.CPU*4/10))
	ballast.Reach(ctx, witness.Run())
	bench.Pod(ctx).Reach(ctx, witness.BeScheduledOff(home.Name)) // else this run could not tell a choice from chance

	bench.Pod(ctx, lab.Using(claim)).Must(ctx, witness.BeScheduledTo(home.Name))
})
