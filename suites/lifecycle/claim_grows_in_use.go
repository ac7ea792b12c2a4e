package lifecycle

import (
	"context"

	. "github.com/onsi/gomega"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/payload"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// ClaimGrowsInUse: the claim has its new size while its pod runs on, and a pod that comes later finds every file.
var ClaimGrowsInUse = catalogue.Requirement{
	ID:        "LIFE-005",
	Level:     catalogue.Must,
	Statement: "a claim grows while its pod runs on, and keeps its data",
	Source:    catalogue.API("storage/v1/types.go", "allowVolumeExpansion shows whether the storage class allow volume expand."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.Expansion},
	Mutants: []catalogue.Mutant{
		{Name: "expansion-is-words", Wrong: "an expansion is confirmed with the old size"},
		{Name: "resize-swallowed", Wrong: "a claim's new size is silently dropped"},
		catalogue.AlsoSpoilt(2), catalogue.AlsoSpoilt(3), catalogue.AlsoSpoilt(4), catalogue.AlsoSpoilt(5), catalogue.Spoilt(6),
	},
}

var _ = verify.That(ClaimGrowsInUse, func(ctx context.Context, bench *lab.Bench) {
	claim := bench.Claim(ctx, bench.Class(ctx))
	pod := bench.Pod(ctx, lab.Using(claim))
	pod.Reach(ctx, witness.Run())
	claim.Reach(ctx, witness.BeBound())
	written, uid := bench.Fill(ctx, pod, payload.Small(1)), pod.Now().UID
	asked := bench.Holding(claim) + bench.Bytes(1)
	Expect(bench.Resize(ctx, claim, asked)).To(Succeed())
	claim.Recover(ctx, witness.HaveCapacity(asked)) // the kubelet's part comes at its next look at the pod
	bench.Backing(claim).Must(ctx, witness.HaveRoom(asked))
	pod.Must(ctx, witness.RunUnbroken(uid))
	bench.MustHold(ctx, pod, written, payload.Core)

	bench.Retire(ctx, pod)
	later := bench.Pod(ctx, lab.Using(claim))
	later.Must(ctx, witness.Run())
	bench.MustHold(ctx, later, written, payload.Core)
})
