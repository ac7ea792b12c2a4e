package provisioning

import (
	"context"

	. "github.com/onsi/gomega"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// NothingBeforeAConsumer: the fence is a later claim of the class that was provisioned: the provisioner had its chance with the first.
var NothingBeforeAConsumer = catalogue.Requirement{
	ID:        "PROV-001",
	Level:     catalogue.Must,
	Statement: "a delayed class provisions nothing and selects no node before a claim has a consumer, and then it does",
	Source:    catalogue.API("storage/v1/types.go", "VolumeBindingWaitForFirstConsumer indicates that PersistentVolumeClaims should not be provisioned and bound until the first Pod is created that references the PeristentVolumeClaim."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.DelayedBinding},
	Mutants: []catalogue.Mutant{
		{Name: "class-immediate", Wrong: "the class binds at once although it says that it waits"},
	},
}

var _ = verify.That(NothingBeforeAConsumer, func(ctx context.Context, bench *lab.Bench) {
	class := bench.Class(ctx, lab.Delaying())
	waiting := bench.Claim(ctx, class)
	waiting.Must(ctx, witness.BeWaitingForConsumer())
	untouched := SatisfyAll(witness.BeUnbound(), witness.BeUnselected())
	waiting.Throughout(untouched, func() {
		fence := bench.Claim(ctx, class)
		bench.Pod(ctx, lab.Using(fence))
		fence.Reach(ctx, witness.BeBound())
	})
	pod := bench.Pod(ctx, lab.Using(waiting))
	waiting.Must(ctx, witness.BeBound())
	pod.Must(ctx, witness.Run())
})
