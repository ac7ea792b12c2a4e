package snapshot

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
)

// DeletedRestoreSparesItsSnapshot: a failed try is thrown away, and the next one starts from the same snapshot.
var DeletedRestoreSparesItsSnapshot = catalogue.Requirement{
	ID:        "SNAP-036",
	Level:     catalogue.Must,
	Statement: "the deletion of a restored volume changes neither its snapshot nor its source",
	Source:    catalogue.Reading("CSI specification, DeleteVolume", "a restored volume is independent of its snapshot, so that its deletion is, too"),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.Snapshots},
	Mutants: []catalogue.Mutant{
		{Name: "snapshot-dies-with-restore", Wrong: "the deletion of a restored volume takes its snapshot with it"},
		{Name: "copy-is-its-source", Wrong: "the copy is the source volume itself", Further: true},
		catalogue.AlsoSpoilt(3), catalogue.Spoilt(5),
	},
}

var _ = verify.That(DeletedRestoreSparesItsSnapshot, func(ctx context.Context, bench *lab.Bench) {
	source := bench.Filled(ctx, bench.PromptClass(ctx), bench.Tree(1))
	snapshot := cut(ctx, bench, bench.SnapshotClass(ctx), source.Claim)
	first := bench.Copied(ctx, source, lab.Restoring(snapshot))
	first.ReachRun(ctx)
	volume := bench.Backing(first.Claim)
	bench.Retire(ctx, first.Pod)
	bench.Retire(ctx, first)
	volume.Gone(ctx)

	second := bench.Copied(ctx, source, lab.Restoring(snapshot))
	second.MustRun(ctx)
	bench.MustHold(ctx, second.Pod, source.Written, files)
	bench.MustHold(ctx, reopened(ctx, bench, source), source.Written, files)
})
