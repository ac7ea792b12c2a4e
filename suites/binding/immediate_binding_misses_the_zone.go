package binding

import (
	"context"

	corev1 "k8s.io/api/core/v1"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// ImmediateBindingMissesTheZone: the second accident: the claim is bound to a disk of one zone, and its pod,
// which must run in another, cannot; every zone in turn.
var ImmediateBindingMissesTheZone = catalogue.Requirement{
	ID:        "BIND-019",
	Level:     catalogue.Must,
	Statement: "with Immediate binding a pod of another zone than its claim's volume cannot be scheduled",
	Source:    catalogue.Docs("concepts/storage/storage-classes#volume-binding-mode", "PersistentVolumes will be bound or provisioned without knowledge of the Pod's scheduling requirements. This may result in unschedulable Pods."),
	Needs:     []catalogue.Capability{catalogue.LocalVolumes, catalogue.TwoZones},
	Mutants: []catalogue.Mutant{
		{Name: "class-delayed", Wrong: "the class waits although it says that it binds at once"},
		catalogue.Spoilt(2),
	},
}

var _ = verify.That(ImmediateBindingMissesTheZone, func(ctx context.Context, bench *lab.Bench) {
	zones := bench.OnePerZone()
	for i, here := range zones {
		there := zones[(i+1)%len(zones)]
		class := bench.ImmediateClass(ctx)
		elsewhere := bench.Volume(ctx, there, class, lab.OfSize("1Gi"), lab.ReachableFromZone(there.Zone))
		bench.Volume(ctx, here, class, lab.OfSize("2Gi"), lab.ReachableFromZone(here.Zone))
		claim := bench.Claim(ctx, class)
		claim.Must(ctx, witness.BeBoundTo(elsewhere.Name()))
		bench.Pod(ctx, lab.Using(claim), lab.OnlyWhere(corev1.LabelTopologyZone, here.Zone)).Must(ctx, witness.BeUnschedulable(witness.AffinityConflict))
	}
})
