package localpv

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// RetainedDataStay: after pod and claim are gone the node's disk still holds every file, for somebody to reclaim
// by hand.
var RetainedDataStay = catalogue.Requirement{
	ID:        "LOCAL-018",
	Level:     catalogue.Must,
	Statement: "policy Retain keeps a local volume's data on its node after the claim is gone",
	Source:    catalogue.API("core/v1/types.go", "PersistentVolumeReclaimRetain means the volume will be left in its current phase (Released) for manual reclamation by the administrator."),
	Needs:     []catalogue.Capability{catalogue.LocalVolumes},
	Mutants: []catalogue.Mutant{
		{Name: "claim-on-empty-dir", Wrong: "pods get a directory of their own instead of the volume"},
		{Name: "released-volume-deleted", Wrong: "the volume is to be deleted with its claim"},
		catalogue.Spoilt(2),
	},
}

var _ = verify.That(RetainedDataStay, func(ctx context.Context, bench *lab.Bench) {
	class := bench.DelayedClass(ctx)
	volume := bench.Volume(ctx, bench.Node(), class)
	claim := bench.Claim(ctx, class)
	pod := bench.Pod(ctx, lab.Using(claim))
	pod.Reach(ctx, witness.Run())
	written := bench.Fill(ctx, pod, bench.TreeOnDisk(1))
	bench.Delete(ctx, pod)
	bench.Retire(ctx, claim)

	volume.Must(ctx, witness.BeRetained())
	bench.MustHoldOnDisk(ctx, volume, written)
})
