package localpv

import (
	"context"

	. "github.com/onsi/gomega"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/payload"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// NewClaimSeesNoOldData: on the node where another claim's files still lie, a new claim starts empty.
var NewClaimSeesNoOldData = catalogue.Requirement{
	ID:        "LOCAL-015",
	Level:     catalogue.Must,
	Statement: "a new claim sees nothing of what an earlier claim left on the same node",
	Source:    catalogue.Reading("concepts/storage/persistent-volumes#retain", "a released volume keeps the previous claimant's data from others only if the next claim cannot see them"),
	Needs:     []catalogue.Capability{catalogue.LocalVolumes},
	Mutants: []catalogue.Mutant{
		{Name: "volumes-share-a-directory", Wrong: "the volumes of a node are one directory"},
	},
}

var _ = verify.That(NewClaimSeesNoOldData, func(ctx context.Context, bench *lab.Bench) {
	class := bench.ImmediateClass(ctx)
	node := bench.Node()
	bench.Volume(ctx, node, class, lab.OfSize("1Gi"))
	bench.Volume(ctx, node, class, lab.OfSize("2Gi"))
	earlier := bench.Claim(ctx, class)
	earlier.Reach(ctx, witness.BeBound())
	writer := bench.Pod(ctx, lab.Using(earlier))
	writer.Reach(ctx, witness.Run())
	Expect(bench.Fill(ctx, writer, payload.Small(1))).NotTo(witness.HoldNothing(), "nothing was written: this run could not tell")
	bench.Delete(ctx, writer)
	bench.Retire(ctx, earlier)

	later := bench.Claim(ctx, class)
	reader := bench.Pod(ctx, lab.Using(later))
	reader.Reach(ctx, witness.Run())
	Expect(bench.Digest(ctx, reader)).To(witness.HoldNothing())
})
