package localpv

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// ForcedPodIsRefused: a pod that names its node passes the scheduler by; the kubelet there must not give it a
// directory that happens to have the volume's path.
var ForcedPodIsRefused = catalogue.Requirement{
	ID:        "LOCAL-008",
	Level:     catalogue.Must,
	Statement: "a pod forced to another node by nodeName does not run with the local volume",
	Source:    catalogue.Reading("core/v1/types.go: nodeAffinity of a volume", "constraints on what nodes a volume can be accessed from hold for pods that bypass the scheduler too"),
	Needs:     []catalogue.Capability{catalogue.LocalVolumes, catalogue.TwoNodes},
	Mutants: []catalogue.Mutant{
		{Name: "affinity-any-node", Wrong: "the volume says that every node can reach it"},
		catalogue.Spoilt(2),
	},
}

var _ = verify.That(ForcedPodIsRefused, func(ctx context.Context, bench *lab.Bench) {
	home, other := bench.Nodes()[0], bench.Nodes()[1]
	class := bench.ImmediateClass(ctx)
	volume := bench.Volume(ctx, home, class)
	bench.MakeDirectoryOn(ctx, volume, other) // only the affinity stands in the way
	claim := bench.Claim(ctx, class)
	claim.Reach(ctx, witness.BeBound())

	bench.Pod(ctx, lab.Using(claim), lab.ForcedTo(other)).Must(ctx, witness.BeRefusedMount("NodeAffinity check failed"))
	bench.Pod(ctx, lab.Using(claim), lab.ForcedTo(home)).Must(ctx, witness.Run())
})
