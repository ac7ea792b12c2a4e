package provisioning

import (
	"context"

	corev1 "k8s.io/api/core/v1"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// VolumeIsOfItsClass: what class and claim settle is on the volume from its beginning, for later it decides what
// becomes of the data.
var VolumeIsOfItsClass = catalogue.Requirement{
	ID:        "PROV-008",
	Level:     catalogue.Must,
	Statement: "a provisioned volume has its class's name and reclaim policy, and the access mode of its claim",
	Source:    catalogue.API("storage/v1/types.go", "reclaimPolicy controls the reclaimPolicy for dynamically provisioned PersistentVolumes of this storage class."),
	Needs:     []catalogue.Capability{catalogue.Driver},
	Mutants: []catalogue.Mutant{
		{Name: "reclaim-policy-swapped", Wrong: "the class keeps what it was to delete, and deletes what it was to keep"},
		catalogue.AlsoSpoilt(1),
	},
}

var _ = verify.That(VolumeIsOfItsClass, func(ctx context.Context, bench *lab.Bench) {
	class := bench.Class(ctx, lab.Retaining())
	claim := bench.Claim(ctx, class)
	bench.Pod(ctx, lab.Using(claim))
	claim.Must(ctx, witness.BeBound())
	bench.Backing(claim).Must(ctx, witness.BeOfClass(class, corev1.PersistentVolumeReclaimRetain, corev1.ReadWriteOnce))
})
