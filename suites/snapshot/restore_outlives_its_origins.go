package snapshot

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// RestoreOutlivesItsOrigins: source first, then snapshot, then a new pod. A driver may refuse to delete what others
// need; it may not lose it.
var RestoreOutlivesItsOrigins = catalogue.Requirement{
	ID:        "SNAP-037",
	Level:     catalogue.Must,
	Statement: "a restored volume keeps its content when its source and its snapshot are deleted",
	Source:    catalogue.Docs("concepts/storage/volume-pvc-datasource#usage", "This also implies that the source is not linked in any way to the newly created clone, it may also be modified or deleted without affecting the newly created clone."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.Snapshots},
	Mutants: []catalogue.Mutant{
		{Name: "restores-die-with-snapshot", Wrong: "the deletion of a snapshot takes what was restored from it with it"},
		{Name: "copy-is-its-source", Wrong: "the copy is the source volume itself", Further: true},
		catalogue.AlsoSpoilt(2), catalogue.Spoilt(3),
	},
}

var _ = verify.That(RestoreOutlivesItsOrigins, func(ctx context.Context, bench *lab.Bench) {
	source := bench.Filled(ctx, bench.PromptClass(ctx), bench.Tree(1))
	snapshot := cut(ctx, bench, bench.SnapshotClass(ctx), source.Claim)
	restored := bench.Copied(ctx, source, lab.Restoring(snapshot))
	restored.ReachRun(ctx)
	volume, content := bench.Backing(source.Claim), bench.ContentOf(snapshot)
	bench.Retire(ctx, source)
	volume.Leaves(ctx)
	bench.Delete(ctx, snapshot)
	content.Leaves(ctx)

	bench.MustHold(ctx, restored.Pod, source.Written, files)
	bench.Retire(ctx, restored.Pod)
	next := bench.Pod(ctx, lab.Using(restored.Claim))
	next.Must(ctx, witness.Run())
	bench.MustHold(ctx, next, source.Written, files)
})
