package provisioning

import (
	"context"

	. "github.com/onsi/gomega"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// DelayedClaimIsNotProvisioned: without a pod the driver makes nothing and the scheduler chooses nothing. The fence is
// a second claim of the class with a pod: once that one has its volume, the provisioner had its chance with the first,
// too.
var DelayedClaimIsNotProvisioned = catalogue.Requirement{
	ID:        "PROV-001",
	Level:     catalogue.Must,
	Statement: "a claim of a delayed class without a pod gets neither node nor volume, and gets both once it has one",
	Source:    catalogue.API("storage/v1/types.go", "VolumeBindingWaitForFirstConsumer indicates that PersistentVolumeClaims should not be provisioned and bound until the first Pod is created that references the PeristentVolumeClaim."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.DelayedBinding},
	Mutants: []catalogue.Mutant{
		{Name: "class-immediate", Wrong: "the class binds at once although it says that it waits"},
		catalogue.AlsoSpoilt(2), catalogue.AlsoSpoilt(3), catalogue.AlsoSpoilt(4), catalogue.Spoilt(5),
	},
}

var _ = verify.That(DelayedClaimIsNotProvisioned, func(ctx context.Context, bench *lab.Bench) {
	class := bench.Class(ctx, lab.Delaying())
	waiting := bench.Claim(ctx, class)
	waiting.Must(ctx, witness.BeWaitingForConsumer())
	waiting.Throughout(ctx, witness.BeUnbound(), func() {
		bench.BindAnother(ctx, class)
	})
	waiting.Throughout(ctx, witness.BeUnselected(), func() {})
	Expect(bench.MadeFor(waiting)).To(BeEmpty(), "nothing is made for a claim without a pod")

	pod := bench.Pod(ctx, lab.Using(waiting))
	waiting.Must(ctx, witness.BeBound())
	pod.Must(ctx, witness.Run())
})
