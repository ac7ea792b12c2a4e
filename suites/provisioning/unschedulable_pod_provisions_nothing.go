package provisioning

import (
	"context"

	. "github.com/onsi/gomega"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// UnschedulablePodProvisionsNothing: a pod that fits no node is no reason to make a volume. The fence is a claim of
// the same class whose pod does fit.
var UnschedulablePodProvisionsNothing = catalogue.Requirement{
	ID:        "PROV-003",
	Level:     catalogue.Must,
	Statement: "a delayed claim whose pod fits no node gets no volume, and gets one for a pod that fits",
	Source:    catalogue.API("storage/v1/types.go", "VolumeBindingWaitForFirstConsumer indicates that PersistentVolumeClaims should not be provisioned and bound until the first Pod is created that references the PeristentVolumeClaim."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.DelayedBinding},
	Mutants: []catalogue.Mutant{
		{Name: "class-immediate", Wrong: "the class binds at once although it says that it waits"},
		catalogue.AlsoSpoilt(1), catalogue.AlsoSpoilt(3), catalogue.Spoilt(4),
	},
}

var _ = verify.That(UnschedulablePodProvisionsNothing, func(ctx context.Context, bench *lab.Bench) {
	class := bench.Class(ctx, lab.Delaying())
	claim := bench.Claim(ctx, class)
	stuck := bench.Pod(ctx, lab.Using(claim), lab.OnlyWhere("csicert.dev/no-node", "has-this"))
	stuck.Must(ctx, witness.BeUnschedulable([]string{"didn't match Pod's node affinity/selector"}))
	claim.Throughout(ctx, witness.BeUnbound(), func() {
		bench.BindAnother(ctx, class)
	})
	Expect(bench.MadeFor(claim)).To(BeEmpty(), "nothing is made for a pod that fits no node")

	pod := bench.Pod(ctx, lab.Using(claim))
	claim.Must(ctx, witness.BeBound())
	pod.Must(ctx, witness.Run())
})
