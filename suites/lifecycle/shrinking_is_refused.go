package lifecycle

import (
	"context"

	. "github.com/onsi/gomega"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// ShrinkingIsRefused: a size below what the claim has is refused with an answer, and a larger one is then accepted.
var ShrinkingIsRefused = catalogue.Requirement{
	ID:        "LIFE-006",
	Level:     catalogue.Must,
	Statement: "a claim's request for less than it has is refused, and one for more is granted",
	Source:    catalogue.API("core/v1/types.go", "Users are allowed to specify resource requirements that are lower than previous value but must still be higher than capacity recorded in the status field of the claim."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.Expansion},
	Mutants: []catalogue.Mutant{
		{Name: "resize-swallowed", Wrong: "a claim's new size is silently dropped"},
		catalogue.Spoilt(1),
	},
}

var _ = verify.That(ShrinkingIsRefused, func(ctx context.Context, bench *lab.Bench) {
	claim := bench.Claim(ctx, bench.Class(ctx), lab.AskingBytes(bench.Bytes(2)))
	pod := bench.Pod(ctx, lab.Using(claim))
	pod.Reach(ctx, witness.Run())
	claim.Reach(ctx, witness.HaveCapacity(bench.Bytes(2)))
	has := bench.Holding(claim)
	Expect(bench.Resize(ctx, claim, has/2)).NotTo(Succeed(), "half of what the claim has")

	more := has + bench.Bytes(1)
	Expect(bench.Resize(ctx, claim, more)).To(Succeed())
	claim.Recover(ctx, witness.HaveCapacity(more))
})
