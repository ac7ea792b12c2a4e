package snapshot

import (
	"context"

	. "github.com/onsi/gomega"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// SnapshotIsOfItsMoment: the source is written to while it is in use, snapshotted, and changed before anything is
// restored.
var SnapshotIsOfItsMoment = catalogue.Requirement{
	ID:        "SNAP-006",
	Level:     catalogue.Must,
	Statement: "a restore holds what its source held at the cut, whatever was overwritten, added or deleted since",
	Source:    catalogue.SnapshotAPI("VolumeSnapshot", "VolumeSnapshot is a user's request for either creating a point-in-time snapshot of a persistent volume, or binding to a pre-existing snapshot."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.Snapshots},
	Mutants: []catalogue.Mutant{
		{Name: "restore-is-the-present", Wrong: "the restore holds what the source holds now"},
		{Name: "copy-is-its-source", Wrong: "the copy is the source volume itself"},
		catalogue.AlsoSpoilt(1),
	},
}

var _ = verify.That(SnapshotIsOfItsMoment, func(ctx context.Context, bench *lab.Bench) {
	tree := bench.Tree(1)
	source := bench.Opened(ctx, bench.PromptClass(ctx), tree)
	snapshot := cut(ctx, bench, bench.SnapshotClass(ctx), source.Claim)
	Expect(bench.Change(ctx, source.Pod, tree)).NotTo(witness.HoldExactly(source.Written, files), "nothing changed: this run could not tell")

	restored := bench.Copied(ctx, source, lab.Restoring(snapshot))
	restored.MustRun(ctx)
	bench.MustHold(ctx, restored.Pod, source.Written, files)
})
