package binding

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// DelayedClaimWaits: without a pod nothing binds, although a volume fits. The fence is a second claim of the
// class with a pod: once that one is bound, the binder had its chance with the first, too.
var DelayedClaimWaits = catalogue.Requirement{
	ID:        "BIND-013",
	Level:     catalogue.Must,
	Statement: "a claim of a delayed class without a pod stays Pending with reason WaitForFirstConsumer, and is bound once it has one",
	Source:    catalogue.API("storage/v1/types.go", "VolumeBindingWaitForFirstConsumer indicates that PersistentVolumeClaims should not be provisioned and bound until the first Pod is created that references the PeristentVolumeClaim."),
	Needs:     []catalogue.Capability{catalogue.LocalVolumes},
	Mutants: []catalogue.Mutant{
		{Name: "class-immediate", Wrong: "the class binds at once although it says that it waits"},
		catalogue.AlsoSpoilt(2), catalogue.AlsoSpoilt(3), catalogue.Spoilt(4),
	},
}

var _ = verify.That(DelayedClaimWaits, func(ctx context.Context, bench *lab.Bench) {
	class := bench.DelayedClass(ctx)
	bench.Volume(ctx, bench.Node(), class)
	bench.Volume(ctx, bench.Node(), class)
	waiting := bench.Claim(ctx, class)
	waiting.Must(ctx, witness.BeWaitingForConsumer())
	waiting.Throughout(ctx, witness.BeUnbound(), func() {
		bench.BindAnother(ctx, class)
	})

	pod := bench.Pod(ctx, lab.Using(waiting))
	waiting.Must(ctx, witness.BeBound())
	pod.Must(ctx, witness.Run())
})
