package snapshot

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
)

// SnapshotOutlivesItsSource: a driver may refuse to delete a volume that has snapshots; it may not lose them.
var SnapshotOutlivesItsSource = catalogue.Requirement{
	ID:        "SNAP-015",
	Level:     catalogue.Must,
	Statement: "a snapshot restores its content after its source claim was deleted",
	Source:    catalogue.CSI("DeleteVolume", "then these snapshots MUST still be fully operational and acceptable as sources for new volumes"),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.Snapshots},
	Mutants: []catalogue.Mutant{
		{Name: "snapshots-die-with-source", Wrong: "the deletion of a volume takes its snapshots with it"},
		catalogue.Spoilt(3),
	},
}

var _ = verify.That(SnapshotOutlivesItsSource, func(ctx context.Context, bench *lab.Bench) {
	source := bench.Filled(ctx, bench.PromptClass(ctx), bench.Tree(1))
	snapshot := cut(ctx, bench, bench.SnapshotClass(ctx), source.Claim)
	volume := bench.Backing(source.Claim)
	bench.Retire(ctx, source)
	volume.Leaves(ctx)

	restored := bench.Copied(ctx, source, lab.Restoring(snapshot))
	restored.MustRun(ctx)
	bench.MustHold(ctx, restored.Pod, source.Written, files)
})
