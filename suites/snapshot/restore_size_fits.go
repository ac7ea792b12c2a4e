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

// RestoreSizeFits: a claim of the source's size can be restored into; a snapshot that asks for more cannot be used by who copies the source's claim.
var RestoreSizeFits = catalogue.Requirement{
	ID:        "SNAP-004",
	Level:     catalogue.Must,
	Statement: "a snapshot's restoreSize is no larger than its source, so that a claim of the same size can be restored into",
	Source:    catalogue.Reading("CSI spec, CreateSnapshot, size_bytes", "the minimum size for a volume from the snapshot; when it is above the source's, the source's own claim cannot be repeated"),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.Snapshots},
	Mutants: []catalogue.Mutant{
		{Name: "snapshot-of-no-size", Wrong: "a snapshot asks for a restore of twice its source's size"},
	},
}

var _ = verify.That(RestoreSizeFits, func(ctx context.Context, bench *lab.Bench) {
	class, cuts := bench.Class(ctx), bench.SnapshotClass(ctx)
	source, _, held := written(ctx, bench, class, payload.Small(4))
	snapshot := cut(ctx, bench, cuts, source)
	volume := bench.Backing(source)
	volume.Reach(ctx, witness.BeMadeBy(bench.Driver()))
	snapshot.Must(ctx, witness.HaveRestoreSizeUpTo(volume.Now().Spec.Capacity.Storage().Value()))
	restored, reader := opened(ctx, bench, class, lab.Restoring(snapshot))
	restored.Must(ctx, witness.BeBound())
	Expect(bench.Digest(ctx, reader)).To(witness.HoldExactly(held, payload.Content))
})
