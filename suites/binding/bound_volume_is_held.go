package binding

import (
	"context"

	corev1 "k8s.io/api/core/v1"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// BoundVolumeIsHeld: a deleted volume stays while it is bound, and goes with its claim.
var BoundVolumeIsHeld = catalogue.Requirement{
	ID:        "BIND-024",
	Level:     catalogue.Must,
	Statement: "a bound volume is not removed until its claim is gone",
	Source:    catalogue.Docs("concepts/storage/persistent-volumes#storage-object-in-use-protection", "Also, if an admin deletes a PV that is bound to a PVC, the PV is not removed immediately. PV removal is postponed until the PV is no longer bound to a PVC."),
	Mutants: []catalogue.Mutant{
		{Name: "volume-unprotected", Wrong: "volumes lose the finalizer that holds them while they are bound"},
		catalogue.AlsoSpoilt(2), catalogue.Spoilt(3),
	},
}

var _ = verify.That(BoundVolumeIsHeld, func(ctx context.Context, bench *lab.Bench) {
	class := bench.ImmediateClass(ctx)
	volume := bench.Volume(ctx, bench.Node(), class, lab.OfSize("1Gi"))
	unbound := bench.Volume(ctx, bench.Node(), class, lab.OfSize("2Gi"))
	claim := bench.Claim(ctx, class)
	claim.Reach(ctx, witness.BeBoundTo(volume.Name()))
	volume.Reach(ctx, witness.BeInPhase(corev1.VolumeBound))
	bench.Delete(ctx, volume)
	volume.Must(ctx, witness.BeHeld())
	volume.Throughout(ctx, witness.BeThere[*corev1.PersistentVolume](), func() {
		bench.Retire(ctx, unbound) // the fence: deleted later, bound to nothing, so it goes
	})

	bench.Delete(ctx, claim)
	volume.Vanish(ctx)
})
