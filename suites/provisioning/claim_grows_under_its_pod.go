package provisioning

import (
	"context"

	. "github.com/onsi/gomega"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/payload"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// ClaimGrowsUnderItsPod: the pod goes on running, and its data stay.
var ClaimGrowsUnderItsPod = catalogue.Requirement{
	ID:        "PROV-005",
	Level:     catalogue.Must,
	Statement: "a claim that asks for more while its pod runs gets it, and loses nothing",
	Source:    catalogue.Reading("concepts/storage/persistent-volumes#expanding-persistent-volumes-claims", "an in-use claim becomes available to its pod in its new size"),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.Expansion},
	Mutants: []catalogue.Mutant{
		{Name: "expansion-is-words", Wrong: "an expansion reports the old size as done"},
	},
}

var _ = verify.That(ClaimGrowsUnderItsPod, func(ctx context.Context, bench *lab.Bench) {
	class := bench.Class(ctx)
	claim := bench.Claim(ctx, class, lab.Asking("1Gi"))
	pod := bench.Pod(ctx, lab.Using(claim))
	pod.Reach(ctx, witness.Run())
	held := bench.Fill(ctx, pod, payload.Small(5))
	bench.Grow(ctx, claim, 3<<30)
	claim.Must(ctx, witness.HaveCapacity(3<<30))
	Expect(bench.Digest(ctx, pod)).To(witness.HoldExactly(held, payload.Content))
})
