package provisioning

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// DeletedClaimTakesItsVolume: with policy Delete the end of the claim is the end of the volume.
var DeletedClaimTakesItsVolume = catalogue.Requirement{
	ID:        "PROV-011",
	Level:     catalogue.Must,
	Statement: "policy Delete removes a provisioned volume once its claim is deleted",
	Source:    catalogue.API("core/v1/types.go", "PersistentVolumeReclaimDelete means the volume will be deleted from Kubernetes on release from its claim."),
	Needs:     []catalogue.Capability{catalogue.Driver},
	Mutants: []catalogue.Mutant{
		{Name: "volume-delete-refused", Wrong: "the driver does not delete a volume whose claim is gone"},
		{Name: "reclaim-policy-swapped", Wrong: "the class keeps what it was to delete, and deletes what it was to keep", Further: true},
	},
}

var _ = verify.That(DeletedClaimTakesItsVolume, func(ctx context.Context, bench *lab.Bench) {
	claim := bench.Claim(ctx, bench.Class(ctx))
	pod := bench.Pod(ctx, lab.Using(claim))
	pod.Reach(ctx, witness.Run())
	volume := bench.Backing(claim)
	bench.Retire(ctx, pod)
	bench.Retire(ctx, claim)
	volume.Vanish(ctx)
})
