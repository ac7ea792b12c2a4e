package snapshot

import (
	"context"

	. "github.com/onsi/gomega"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/payload"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// RestoresAreIndependent: source and two restores: each is written to, none of the others changes.
var RestoresAreIndependent = catalogue.Requirement{
	ID:        "SNAP-005",
	Level:     catalogue.Must,
	Statement: "what is written to one restore is in no other restore of the snapshot, nor in the source",
	Source:    catalogue.Reading("concepts/storage/volume-snapshots", "a restore is a new volume: what one user writes to it is no other's business"),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.Snapshots},
	Mutants: []catalogue.Mutant{
		{Name: "every-claim-one-volume", Wrong: "the driver hands out one volume again and again"},
	},
}

var _ = verify.That(RestoresAreIndependent, func(ctx context.Context, bench *lab.Bench) {
	class, cuts := bench.Class(ctx), bench.SnapshotClass(ctx)
	source, writer, held := written(ctx, bench, class, payload.Mixed(5))
	snapshot := cut(ctx, bench, cuts, source)
	_, first := opened(ctx, bench, class, lab.Restoring(snapshot))
	_, second := opened(ctx, bench, class, lab.Restoring(snapshot))
	changed := bench.Change(ctx, first, payload.Mixed(5))
	Expect(bench.Digest(ctx, second)).To(witness.HoldExactly(held, payload.Content))
	Expect(bench.Digest(ctx, writer)).To(witness.HoldExactly(held, payload.Content))
	Expect(bench.Digest(ctx, first)).To(witness.HoldExactly(changed, payload.Content))
})
