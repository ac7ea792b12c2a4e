package binding

import (
	"context"

	corev1 "k8s.io/api/core/v1"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// DelayedBindingMeetsTheZone: the second accident, prevented, in every zone in turn.
var DelayedBindingMeetsTheZone = catalogue.Requirement{
	ID:        "BIND-020",
	Level:     catalogue.Must,
	Statement: "with delayed binding a pod gets a volume of the zone that it has to run in",
	Source:    catalogue.API("storage/v1/types.go", "The volume provisioning and binding will occur during Pod scheduing."),
	Needs:     []catalogue.Capability{catalogue.LocalVolumes, catalogue.TwoZones},
	Mutants: []catalogue.Mutant{
		{Name: "class-immediate", Wrong: "the class binds at once although it says that it waits"},
		{Name: "affinity-next-zone", Wrong: "the volume names another zone than the one that has its data"},
		catalogue.Spoilt(2),
	},
}

var _ = verify.That(DelayedBindingMeetsTheZone, func(ctx context.Context, bench *lab.Bench) {
	zones := bench.OnePerZone()
	for i, here := range zones {
		there := zones[(i+1)%len(zones)]
		class := bench.DelayedClass(ctx)
		bench.Volume(ctx, there, class, lab.OfSize("1Gi"), lab.ReachableFromZone(there.Zone))
		own := bench.Volume(ctx, here, class, lab.OfSize("2Gi"), lab.ReachableFromZone(here.Zone))
		claim := bench.Claim(ctx, class)
		pod := bench.Pod(ctx, lab.Using(claim), lab.OnlyWhere(corev1.LabelTopologyZone, here.Zone))
		claim.Must(ctx, witness.BeBoundTo(own.Name()))
		pod.Must(ctx, witness.BeScheduledTo(bench.InZone(here.Zone)...))
	}
})
