package lifecycle

import (
	"context"

	. "github.com/onsi/gomega"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// ClassForbidsGrowth: where the class does not allow it, a larger size is refused with an answer and the claim is as
// it was.
var ClassForbidsGrowth = catalogue.Requirement{
	ID:        "LIFE-007",
	Level:     catalogue.Must,
	Statement: "a claim of a class that does not allow expansion is refused a larger size",
	Source:    catalogue.Docs("concepts/storage/persistent-volumes#expanding-persistent-volumes-claims", "You can only expand a PVC if its storage class's `allowVolumeExpansion` field is set to true."),
	Needs:     []catalogue.Capability{catalogue.Driver},
	Mutants: []catalogue.Mutant{
		{Name: "class-grows", Wrong: "the class lets its claims grow although it says that it does not"},
	},
}

var _ = verify.That(ClassForbidsGrowth, func(ctx context.Context, bench *lab.Bench) {
	claim := bench.Claim(ctx, bench.Class(ctx, lab.NotGrowing()))
	pod := bench.Pod(ctx, lab.Using(claim))
	pod.Reach(ctx, witness.Run())
	claim.Reach(ctx, witness.BeBound())
	has := bench.Holding(claim)
	Expect(bench.Resize(ctx, claim, has+bench.Bytes(1))).NotTo(Succeed())
})
