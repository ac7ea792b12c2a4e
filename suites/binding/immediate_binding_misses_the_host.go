package binding

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// ImmediateBindingMissesTheHost: the first accident that delayed binding exists to prevent: the claim is bound
// to a disk on one node before its pod, which must run on another, is known.
var ImmediateBindingMissesTheHost = catalogue.Requirement{
	ID:        "BIND-017",
	Level:     catalogue.Must,
	Statement: "with Immediate binding a claim is bound before its pod is known, and a pod of another node cannot be scheduled",
	Source:    catalogue.Docs("concepts/storage/storage-classes#volume-binding-mode", "PersistentVolumes will be bound or provisioned without knowledge of the Pod's scheduling requirements. This may result in unschedulable Pods."),
	Needs:     []catalogue.Capability{catalogue.LocalVolumes, catalogue.TwoNodes},
	Mutants: []catalogue.Mutant{
		{Name: "class-delayed", Wrong: "the class waits although it says that it binds at once"},
		catalogue.Spoilt(2),
	},
}

var _ = verify.That(ImmediateBindingMissesTheHost, func(ctx context.Context, bench *lab.Bench) {
	here, there := bench.Nodes()[0], bench.Nodes()[1]
	class := bench.ImmediateClass(ctx)
	elsewhere := bench.Volume(ctx, there, class, lab.OfSize("1Gi"))
	bench.Volume(ctx, here, class, lab.OfSize("2Gi"))
	claim := bench.Claim(ctx, class)
	claim.Must(ctx, witness.BeBoundTo(elsewhere.Name()))
	bench.Pod(ctx, lab.Using(claim), lab.OnlyOn(here)).Must(ctx, witness.BeUnschedulable(witness.AffinityConflict))
})
