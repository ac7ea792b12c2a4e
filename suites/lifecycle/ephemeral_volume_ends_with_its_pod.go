package lifecycle

import (
	"context"

	. "github.com/onsi/gomega"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// EphemeralVolumeEndsWithItsPod: a volume that a pod brings is provisioned like any other, and ends with the pod.
var EphemeralVolumeEndsWithItsPod = catalogue.Requirement{
	ID:        "LIFE-008",
	Level:     catalogue.Must,
	Statement: "a generic ephemeral volume can be used by its pod and is removed with it",
	Source:    catalogue.API("core/v1/types.go", "The pod in which this EphemeralVolumeSource is embedded will be the owner of the PVC, i.e. the PVC will be deleted together with the pod."),
	Needs:     []catalogue.Capability{catalogue.Driver},
	Mutants: []catalogue.Mutant{
		{Name: "volume-delete-refused", Wrong: "the driver does not delete a volume whose claim is gone", Further: true},
		{Name: "reclaim-policy-swapped", Wrong: "the class keeps what it was to delete, and deletes what it was to keep"},
		catalogue.AlsoSpoilt(1), catalogue.AlsoSpoilt(2), catalogue.AlsoSpoilt(3),
	},
}

var _ = verify.That(EphemeralVolumeEndsWithItsPod, func(ctx context.Context, bench *lab.Bench) {
	pod := bench.Pod(ctx, bench.Ephemeral(bench.Class(ctx)))
	pod.Must(ctx, witness.Run())
	claim := bench.OwnClaim(pod)
	claim.Must(ctx, witness.BeBound())
	volume := bench.Backing(claim)
	Expect(bench.TryWrite(ctx, pod).Written).To(BeTrue(), "the pod can write to its volume")

	bench.Delete(ctx, pod)
	claim.Vanish(ctx)
	volume.Vanish(ctx)
})
