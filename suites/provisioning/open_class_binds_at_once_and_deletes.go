package provisioning

import (
	"context"

	corev1 "k8s.io/api/core/v1"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// OpenClassBindsAtOnceAndDeletes: what a class does not say has a meaning, and users rely on it.
var OpenClassBindsAtOnceAndDeletes = catalogue.Requirement{
	ID:        "PROV-015",
	Level:     catalogue.Must,
	Statement: "a class that says nothing of binding and reclaiming binds at once and deletes",
	Source:    catalogue.API("storage/v1/types.go", "reclaimPolicy controls the reclaimPolicy for dynamically provisioned PersistentVolumes of this storage class. Defaults to Delete."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.ImmediateBinding},
	Mutants: []catalogue.Mutant{
		{Name: "class-delayed", Wrong: "the class waits although it says that it binds at once"},
		{Name: "reclaim-policy-swapped", Wrong: "the class keeps what it was to delete, and deletes what it was to keep"},
		catalogue.Spoilt(3),
	},
}

var _ = verify.That(OpenClassBindsAtOnceAndDeletes, func(ctx context.Context, bench *lab.Bench) {
	class := bench.Class(ctx, lab.LeavingOpen())
	claim := bench.Claim(ctx, class)
	claim.Must(ctx, witness.BeBound())
	volume := bench.Backing(claim)
	volume.Must(ctx, witness.BeOfClass(class, corev1.PersistentVolumeReclaimDelete))
	bench.Retire(ctx, claim)
	volume.Vanish(ctx)
})
