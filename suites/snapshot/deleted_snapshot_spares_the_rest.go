package snapshot

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// DeletedSnapshotSparesTheRest: while both are in use, and for whoever uses them next. A driver may refuse to delete a
// snapshot that others need; it may not take them with it.
var DeletedSnapshotSparesTheRest = catalogue.Requirement{
	ID:        "SNAP-021",
	Level:     catalogue.Must,
	Statement: "the deletion of a snapshot changes neither its source nor what was restored from it",
	Source:    catalogue.Reading("CSI specification, DeleteSnapshot", "what it deletes is the snapshot: a plugin that cannot do so without harm to a volume has to refuse"),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.Snapshots},
	Mutants: []catalogue.Mutant{
		{Name: "source-dies-with-snapshot", Wrong: "the deletion of a snapshot takes its source volume with it"},
		{Name: "restores-die-with-snapshot", Wrong: "the deletion of a snapshot takes what was restored from it with it"},
		catalogue.AlsoSpoilt(4), catalogue.AlsoSpoilt(5), catalogue.Spoilt(6),
	},
}

var _ = verify.That(DeletedSnapshotSparesTheRest, func(ctx context.Context, bench *lab.Bench) {
	source := bench.Opened(ctx, bench.PromptClass(ctx), bench.Tree(1))
	snapshot := cut(ctx, bench, bench.SnapshotClass(ctx), source.Claim)
	content := bench.ContentOf(snapshot)
	restored := bench.Copied(ctx, source, lab.Restoring(snapshot))
	restored.ReachRun(ctx)
	bench.Delete(ctx, snapshot)
	content.Leaves(ctx)

	bench.MustHold(ctx, source.Pod, source.Written, files)
	bench.MustHold(ctx, restored.Pod, source.Written, files)
	bench.Retire(ctx, source.Pod)
	bench.Retire(ctx, restored.Pod)
	bench.MustHold(ctx, reopened(ctx, bench, source), source.Written, files)
	next := bench.Pod(ctx, lab.Using(restored.Claim))
	next.Must(ctx, witness.Run())
	bench.MustHold(ctx, next, source.Written, files)
})
