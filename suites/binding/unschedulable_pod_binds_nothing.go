package binding

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// UnschedulablePodBindsNothing: a pod that fits no node is no reason to bind. The fence is a claim of the same
// class whose pod does fit.
var UnschedulablePodBindsNothing = catalogue.Requirement{
	ID:        "BIND-016",
	Level:     catalogue.Must,
	Statement: "a delayed claim whose pod cannot be scheduled stays unbound, and is bound for a pod that can",
	Source:    catalogue.API("storage/v1/types.go", "VolumeBindingWaitForFirstConsumer indicates that PersistentVolumeClaims should not be provisioned and bound until the first Pod is created that references the PeristentVolumeClaim."),
	Needs:     []catalogue.Capability{catalogue.LocalVolumes},
	Mutants: []catalogue.Mutant{
		{Name: "class-immediate", Wrong: "the class binds at once although it says that it waits"},
		catalogue.AlsoSpoilt(1), catalogue.Spoilt(3),
	},
}

var _ = verify.That(UnschedulablePodBindsNothing, func(ctx context.Context, bench *lab.Bench) {
	class := bench.DelayedClass(ctx)
	node := bench.Node()
	bench.Volume(ctx, node, class)
	bench.Volume(ctx, node, class)
	claim := bench.Claim(ctx, class)
	stuck := bench.Pod(ctx, lab.Using(claim), lab.OnlyWhere("csicert.dev/no-node", "has-this"))
	stuck.Must(ctx, witness.BeUnschedulable([]string{"didn't match Pod's node affinity/selector"}))
	claim.Throughout(ctx, witness.BeUnbound(), func() {
		bench.BindAnother(ctx, class)
	})

	bench.Pod(ctx, lab.Using(claim)).Must(ctx, witness.BeScheduledTo(node.Name))
})
