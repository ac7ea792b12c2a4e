package binding

import (
	"context"

	corev1 "k8s.io/api/core/v1"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// ClaimInUseIsHeld: a deleted claim stays while its pod runs, with the data in reach, and goes with the pod.
var ClaimInUseIsHeld = catalogue.Requirement{
	ID:        "BIND-023",
	Level:     catalogue.Must,
	Statement: "a claim in use is not removed until its last pod is gone",
	Source:    catalogue.Docs("concepts/storage/persistent-volumes#storage-object-in-use-protection", "If a user deletes a PVC in active use by a Pod, the PVC is not removed immediately. PVC removal is postponed until the PVC is no longer actively used by any Pods."),
	Needs:     []catalogue.Capability{catalogue.LocalVolumes},
	Mutants: []catalogue.Mutant{
		{Name: "claim-unprotected", Wrong: "claims lose the finalizer that holds them while they are used"},
		catalogue.AlsoSpoilt(2), catalogue.Spoilt(3),
	},
}

var _ = verify.That(ClaimInUseIsHeld, func(ctx context.Context, bench *lab.Bench) {
	class := bench.DelayedClass(ctx)
	bench.Volume(ctx, bench.Node(), class)
	bench.Volume(ctx, bench.Node(), class)
	claim, unused := bench.Claim(ctx, class), bench.Claim(ctx, class)
	pod := bench.Pod(ctx, lab.Using(claim))
	pod.Reach(ctx, witness.Run())
	bench.Delete(ctx, claim)
	claim.Must(ctx, witness.BeTerminating())
	claim.Throughout(ctx, witness.BeThere[*corev1.PersistentVolumeClaim](), func() {
		bench.Retire(ctx, unused) // the fence: deleted later, nobody uses it, so it goes
	})

	bench.Delete(ctx, pod)
	claim.Vanish(ctx)
})
