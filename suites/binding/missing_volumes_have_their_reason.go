package binding

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// MissingVolumesHaveTheirReason: no node that the pod may use has a volume; the scheduler says so, and a volume
// there ends the wait.
var MissingVolumesHaveTheirReason = catalogue.Requirement{
	ID:        "BIND-021",
	Level:     catalogue.Must,
	Statement: "a pod whose delayed claim finds no volume stays Pending with the scheduler's reason, and runs when there is one",
	Source:    catalogue.API("storage/v1/types.go", "VolumeBindingWaitForFirstConsumer indicates that PersistentVolumeClaims should not be provisioned and bound until the first Pod is created that references the PeristentVolumeClaim."),
	Needs:     []catalogue.Capability{catalogue.LocalVolumes, catalogue.TwoNodes},
	Mutants: []catalogue.Mutant{
		{Name: "class-immediate", Wrong: "the class binds at once although it says that it waits"},
		catalogue.AlsoSpoilt(2), catalogue.Spoilt(3),
	},
}

var _ = verify.That(MissingVolumesHaveTheirReason, func(ctx context.Context, bench *lab.Bench) {
	here, there := bench.Nodes()[0], bench.Nodes()[1]
	class := bench.DelayedClass(ctx)
	bench.Volume(ctx, there, class, lab.OfSize("1Gi"))
	claim := bench.Claim(ctx, class)
	pod := bench.Pod(ctx, lab.Using(claim), lab.OnlyOn(here))
	pod.Must(ctx, witness.BeUnschedulable(witness.NothingToBind))
	own := bench.Volume(ctx, here, class, lab.OfSize("2Gi"))
	claim.Recover(ctx, witness.BeBoundTo(own.Name()))
	pod.Recover(ctx, witness.Run())
})
