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

// SnapshotIsOfOneMoment: what is overwritten, added, cut off, deleted or renamed in the source after the cut is not in the restore.
var SnapshotIsOfOneMoment = catalogue.Requirement{
	ID:        "SNAP-002",
	Level:     catalogue.Must,
	Statement: "a restore holds what the source held at the cut, whatever was written to the source afterwards",
	Source:    catalogue.Reading("concepts/storage/volume-snapshots", "a snapshot is a copy of the volume's contents at a particular point in time"),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.Snapshots},
	Mutants: []catalogue.Mutant{
		{Name: "restore-is-the-present", Wrong: "a restore gives what the source volume holds now, not what it held at the cut"},
		{Name: "restore-is-empty", Wrong: "the new volume is not filled from its source, and says that it was"},
	},
}

var _ = verify.That(SnapshotIsOfOneMoment, func(ctx context.Context, bench *lab.Bench) {
	class, cuts := bench.Class(ctx), bench.SnapshotClass(ctx)
	source, writer, held := written(ctx, bench, class, payload.Mixed(2))
	snapshot := cut(ctx, bench, cuts, source)
	changed := bench.Change(ctx, writer, payload.Mixed(2))
	Expect(changed).NotTo(witness.HoldExactly(held, payload.Content), "nothing was changed: this run could not tell")
	_, reader := opened(ctx, bench, class, lab.Restoring(snapshot))
	Expect(bench.Digest(ctx, reader)).To(witness.HoldExactly(held, payload.Content))
	Expect(bench.Digest(ctx, writer)).To(witness.HoldExactly(changed, payload.Content))
})
