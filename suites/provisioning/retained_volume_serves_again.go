package provisioning

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/payload"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// RetainedVolumeServesAgain: with policy Retain the volume outlives its claim, and whoever it is handed over to by
// hand finds every file.
var RetainedVolumeServesAgain = catalogue.Requirement{
	ID:        "PROV-012",
	Level:     catalogue.Must,
	Statement: "policy Retain keeps a provisioned volume Released with its data, which another claim can be given by hand",
	Source:    catalogue.API("core/v1/types.go", "PersistentVolumeReclaimRetain means the volume will be left in its current phase (Released) for manual reclamation by the administrator."),
	Needs:     []catalogue.Capability{catalogue.Driver},
	Mutants: []catalogue.Mutant{
		{Name: "reclaim-policy-swapped", Wrong: "the class keeps what it was to delete, and deletes what it was to keep"},
		{Name: "data-lost-when-unpublished", Wrong: "a volume's files are removed when its pod ends"},
		catalogue.AlsoSpoilt(2), catalogue.AlsoSpoilt(3),
	},
}

var _ = verify.That(RetainedVolumeServesAgain, func(ctx context.Context, bench *lab.Bench) {
	class := bench.Class(ctx, lab.Retaining())
	claim := bench.Claim(ctx, class)
	pod := bench.Pod(ctx, lab.Using(claim))
	pod.Reach(ctx, witness.Run())
	written, volume := bench.Fill(ctx, pod, payload.Small(1)), bench.Backing(claim)
	bench.Retire(ctx, pod)
	bench.Retire(ctx, claim)
	volume.Must(ctx, witness.BeRetained())

	bench.HandOver(ctx, volume, "heir")
	heir := bench.Claim(ctx, class, lab.Called("heir"), lab.Naming(volume))
	heir.Must(ctx, witness.BeBoundTo(volume.Name()))
	reader := bench.Pod(ctx, lab.Using(heir))
	reader.Must(ctx, witness.Run())
	bench.MustHold(ctx, reader, written, payload.Core)
})
