package lifecycle

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/payload"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// DeletionSparesTheNeighbours: three volumes of one class on one node, one is deleted: the two others hold what they
// held. Their pods are ended before, so that what is read comes from the storage.
var DeletionSparesTheNeighbours = catalogue.Requirement{
	ID:        "LIFE-004",
	Level:     catalogue.Must,
	Statement: "deleting a claim and its volume leaves every other volume's data as it was",
	Source:    catalogue.Reading("concepts/storage/persistent-volumes#delete", "deletion removes the associated storage asset of the volume, and nothing else"),
	Needs:     []catalogue.Capability{catalogue.Driver},
	Mutants: []catalogue.Mutant{
		{Name: "every-claim-one-volume", Wrong: "the driver hands out one volume again and again"},
		catalogue.AlsoSpoilt(1),
	},
}

var _ = verify.That(DeletionSparesTheNeighbours, func(ctx context.Context, bench *lab.Bench) {
	class, node := bench.Class(ctx), bench.Node()
	var claims []*lab.Claim
	var written []payload.Manifest
	for seed := range int64(3) {
		claim := bench.Claim(ctx, class)
		writer := bench.Pod(ctx, lab.Using(claim), lab.OnlyOn(node))
		writer.Reach(ctx, witness.Run())
		claims, written = append(claims, claim), append(written, bench.Fill(ctx, writer, payload.Small(seed)))
		bench.Retire(ctx, writer)
	}
	doomed := bench.Backing(claims[1])
	bench.Delete(ctx, claims[1])
	doomed.Gone(ctx)

	for _, i := range []int{0, 2} {
		reader := bench.Pod(ctx, lab.Using(claims[i]))
		reader.Must(ctx, witness.Run())
		bench.MustHold(ctx, reader, written[i], payload.Core)
	}
})
