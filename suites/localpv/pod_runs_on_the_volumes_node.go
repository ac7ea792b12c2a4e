package localpv

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// PodRunsOnTheVolumesNode: in every zone, the pod of a bound local volume is sent to the volume's node and runs.
var PodRunsOnTheVolumesNode = catalogue.Requirement{
	ID:        "LOCAL-002",
	Level:     catalogue.Must,
	Statement: "the pod of a local volume runs on the volume's node",
	Source:    catalogue.Docs("concepts/storage/volumes#local", "The Kubernetes scheduler uses the PersistentVolume nodeAffinity to schedule these Pods to the correct node."),
	Needs:     []catalogue.Capability{catalogue.LocalVolumes, catalogue.TwoNodes},
	Mutants: []catalogue.Mutant{
		{Name: "affinity-next-node", Wrong: "the volume names another node than the one whose disk it is"},
		catalogue.Spoilt(2),
	},
}

var _ = verify.That(PodRunsOnTheVolumesNode, func(ctx context.Context, bench *lab.Bench) {
	class := bench.DelayedClass(ctx)
	for _, node := range bench.OnePerZone() {
		volume := bench.Volume(ctx, node, class)
		claim := bench.Claim(ctx, class, lab.Naming(volume))
		pod := bench.Pod(ctx, lab.Using(claim))
		pod.Must(ctx, witness.BeScheduledTo(node.Name))
		pod.Must(ctx, witness.Run())
	}
})
