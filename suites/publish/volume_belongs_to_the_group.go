package publish

import (
	"context"

	. "github.com/onsi/gomega"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// VolumeBelongsToTheGroup: each pod finds the volume owned by its own fsGroup, a later pod with another group too.
var VolumeBelongsToTheGroup = catalogue.Requirement{
	ID:        "PUB-007",
	Level:     catalogue.Must,
	Statement: "a volume belongs to the fsGroup of the pod that mounts it",
	Source:    catalogue.API("core/v1/types.go", "Some volume types allow the Kubelet to change the ownership of that volume to be owned by the pod: 1. The owning GID will be the FSGroup"),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.Group},
	Mutants: []catalogue.Mutant{
		{Name: "group-forgotten", Wrong: "the pod's fsGroup is dropped"},
		catalogue.Spoilt(1),
	},
}

var _ = verify.That(VolumeBelongsToTheGroup, func(ctx context.Context, bench *lab.Bench) {
	claim := bench.Claim(ctx, bench.Class(ctx))
	for _, group := range []int64{4321, 8765} {
		pod := bench.Pod(ctx, lab.Using(claim), lab.WithGroup(group))
		pod.Must(ctx, witness.Run())
		Expect(bench.Owner(ctx, pod).GID).To(BeEquivalentTo(group))
		bench.Retire(ctx, pod)
	}
})
