package lifecycle

import (
	"context"

	corev1 "k8s.io/api/core/v1"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/payload"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// BoundVolumeIsHeld: a deleted volume stays while it is bound, with the data in reach, and goes with its claim. The
// fence is a volume that nobody is bound to, deleted later.
var BoundVolumeIsHeld = catalogue.Requirement{
	ID:        "LIFE-003",
	Level:     catalogue.Must,
	Statement: "a bound volume is not removed until its claim is gone, and then it is",
	Source:    catalogue.Docs("concepts/storage/persistent-volumes#storage-object-in-use-protection", "Also, if an admin deletes a PV that is bound to a PVC, the PV is not removed immediately. PV removal is postponed until the PV is no longer bound to a PVC."),
	Needs:     []catalogue.Capability{catalogue.Driver},
	Mutants: []catalogue.Mutant{
		{Name: "volume-delete-refused", Wrong: "the driver does not delete a volume whose claim is gone"},
		catalogue.AlsoSpoilt(1), catalogue.AlsoSpoilt(2), catalogue.AlsoSpoilt(3),
	},
}

var _ = verify.That(BoundVolumeIsHeld, func(ctx context.Context, bench *lab.Bench) {
	claim := bench.Claim(ctx, bench.Class(ctx))
	pod := bench.Pod(ctx, lab.Using(claim))
	pod.Reach(ctx, witness.Run())
	written, volume := bench.Fill(ctx, pod, payload.Small(1)), bench.Backing(claim)
	unbound := bench.VolumeWithoutDirectory(ctx, bench.Node(), bench.DelayedClass(ctx))
	bench.Delete(ctx, volume)
	volume.Must(ctx, witness.BeHeld())
	volume.Throughout(ctx, witness.BeThere[*corev1.PersistentVolume](), func() {
		bench.Retire(ctx, unbound)
	})
	bench.MustHold(ctx, pod, written, payload.Core)

	bench.Retire(ctx, pod)
	bench.Retire(ctx, claim)
	volume.Vanish(ctx)
})
