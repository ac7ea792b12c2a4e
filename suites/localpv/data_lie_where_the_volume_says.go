package localpv

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/payload"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// DataLieWhereTheVolumeSays: three witnesses agree on where the storage is: the volume's affinity, the pod's
// node, and that node's disk; in every zone.
var DataLieWhereTheVolumeSays = catalogue.Requirement{
	ID:        "LOCAL-019",
	Level:     catalogue.Must,
	Statement: "what a pod writes lies on the disk of the node that the volume names",
	Source:    catalogue.Reading("concepts/storage/volumes#local", "a volume is local to its node only if the bytes are on that node's disk"),
	Needs:     []catalogue.Capability{catalogue.LocalVolumes, catalogue.TwoNodes},
	Mutants: []catalogue.Mutant{
		{Name: "claim-on-empty-dir", Wrong: "pods get a directory of their own instead of the volume"},
		{Name: "volumes-share-a-directory", Wrong: "the volumes of a node are one directory"},
		catalogue.AlsoSpoilt(1),
	},
}

var _ = verify.That(DataLieWhereTheVolumeSays, func(ctx context.Context, bench *lab.Bench) {
	class := bench.DelayedClass(ctx)
	for _, node := range bench.OnePerZone() {
		volume := bench.Volume(ctx, node, class)
		pod := bench.Pod(ctx, lab.Using(bench.Claim(ctx, class, lab.Naming(volume))))
		pod.Reach(ctx, witness.Run())
		written := bench.Fill(ctx, pod, payload.Small(1))

		volume.Must(ctx, witness.BePinnedToHost(node.Host))
		pod.Must(ctx, witness.BeScheduledTo(node.Name))
		bench.MustHoldOnDisk(ctx, volume, written)
	}
})
