package binding

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// UnboundImmediateClaimHoldsItsPod: an Immediate claim without a volume is the pod's obstacle, by name; a volume
// removes it.
var UnboundImmediateClaimHoldsItsPod = catalogue.Requirement{
	ID:        "BIND-022",
	Level:     catalogue.Must,
	Statement: "a pod with an unbound Immediate claim stays Pending for that reason, and runs when the claim is bound",
	Source:    catalogue.Reading("storage/v1/types.go: Immediate", "an Immediate claim is bound by the control plane and not by the scheduler, so the scheduler waits for it and says so"),
	Needs:     []catalogue.Capability{catalogue.LocalVolumes},
	Mutants: []catalogue.Mutant{
		{Name: "class-delayed", Wrong: "the class waits although it says that it binds at once"},
		catalogue.AlsoSpoilt(2), catalogue.Spoilt(3),
	},
}

var _ = verify.That(UnboundImmediateClaimHoldsItsPod, func(ctx context.Context, bench *lab.Bench) {
	class := bench.ImmediateClass(ctx)
	claim := bench.Claim(ctx, class)
	pod := bench.Pod(ctx, lab.Using(claim))
	pod.Must(ctx, witness.BeUnschedulable(witness.UnboundImmediate))
	volume := bench.Volume(ctx, bench.Node(), class)
	claim.Must(ctx, witness.BeBoundTo(volume.Name()))
	pod.Recover(ctx, witness.Run())
})
