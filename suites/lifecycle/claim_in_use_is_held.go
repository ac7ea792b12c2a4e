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

// ClaimInUseIsHeld: a deleted claim stays while the second of its two pods runs, with the data in reach, and goes with
// that pod, and its volume with it.
var ClaimInUseIsHeld = catalogue.Requirement{
	ID:        "LIFE-002",
	Level:     catalogue.Must,
	Statement: "a claim in use is not removed until its last pod is gone",
	Source:    catalogue.Docs("concepts/storage/persistent-volumes#storage-object-in-use-protection", "If a user deletes a PVC in active use by a Pod, the PVC is not removed immediately. PVC removal is postponed until the PVC is no longer actively used by any Pods."),
	Needs:     []catalogue.Capability{catalogue.Driver},
	Mutants: []catalogue.Mutant{
		{Name: "claim-unprotected", Wrong: "claims lose the finalizer that holds them while they are used"},
		catalogue.AlsoSpoilt(2), catalogue.AlsoSpoilt(3), catalogue.AlsoSpoilt(4), catalogue.Spoilt(5),
	},
}

var _ = verify.That(ClaimInUseIsHeld, func(ctx context.Context, bench *lab.Bench) {
	class := bench.Class(ctx)
	claim, unused := bench.Claim(ctx, class), bench.Claim(ctx, class)
	first := bench.Pod(ctx, lab.Using(claim))
	first.Reach(ctx, witness.Run())
	last := bench.Pod(ctx, lab.Using(claim), lab.OnlyOn(bench.NodeOf(first)))
	last.Reach(ctx, witness.Run())
	written, volume := bench.Fill(ctx, first, payload.Small(1)), bench.Backing(claim)
	bench.Delete(ctx, claim)
	claim.Must(ctx, witness.BeTerminating())
	claim.Throughout(ctx, witness.BeThere[*corev1.PersistentVolumeClaim](), func() {
		bench.Retire(ctx, first)
		bench.Retire(ctx, unused) // the fence: deleted later, nobody uses it, so it goes
	})
	bench.MustHold(ctx, last, written, payload.Core)

	bench.Delete(ctx, last)
	claim.Vanish(ctx)
	volume.Vanish(ctx)
})
