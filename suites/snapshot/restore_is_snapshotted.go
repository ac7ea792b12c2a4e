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

// RestoreIsSnapshotted: a copy of a copy, with what was added in between.
var RestoreIsSnapshotted = catalogue.Requirement{
	ID:        "SNAP-020",
	Level:     catalogue.Must,
	Statement: "a restored volume can be snapshotted like any other, and the snapshot holds what was written to it",
	Source:    catalogue.Docs("concepts/storage/volume-pvc-datasource#usage", "It can be consumed, cloned, snapshotted, or deleted independently and without consideration for it's original dataSource PVC."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.Snapshots},
	Mutants: []catalogue.Mutant{
		{Name: "snapshot-of-restore-is-of-origin", Wrong: "the snapshot shows the volume from which its source was restored"},
		catalogue.AlsoSpoilt(1), catalogue.AlsoSpoilt(2),
	},
}

var _ = verify.That(RestoreIsSnapshotted, func(ctx context.Context, bench *lab.Bench) {
	class := bench.SnapshotClass(ctx)
	source := bench.Filled(ctx, bench.PromptClass(ctx), bench.Tree(1))
	first := bench.Copied(ctx, source, lab.Restoring(cut(ctx, bench, class, source.Claim)))
	first.ReachRun(ctx)
	grown := bench.Fill(ctx, first.Pod, payload.Small(2))
	Expect(grown).NotTo(witness.HoldExactly(source.Written, files), "nothing was added: this run could not tell")
	bench.Retire(ctx, first.Pod)

	snapshot := bench.Snapshot(ctx, class, first.Claim)
	snapshot.Must(ctx, witness.BeReadyToUse())
	second := bench.Copied(ctx, source, lab.Restoring(snapshot), lab.AsLargeAs(first.Claim))
	second.MustRun(ctx)
	bench.MustHold(ctx, second.Pod, grown, files)
})
