package snapshot

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// CloneOutlivesItsSource: the source goes while the clone is in use, and a new pod of the clone finds all of it. A driver
// may refuse to delete what others need; it may not lose it.
var CloneOutlivesItsSource = catalogue.Requirement{
	ID:        "SNAP-039",
	Level:     catalogue.Must,
	Statement: "a clone keeps its content when its source is deleted",
	Source:    catalogue.Docs("concepts/storage/volume-pvc-datasource#usage", "This also implies that the source is not linked in any way to the newly created clone, it may also be modified or deleted without affecting the newly created clone."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.Clones},
	Mutants: []catalogue.Mutant{
		{Name: "clones-die-with-source", Wrong: "the deletion of a volume takes its clones with it"},
		{Name: "copy-is-its-source", Wrong: "the copy is the source volume itself", Further: true},
		catalogue.AlsoSpoilt(2), catalogue.Spoilt(3),
	},
}

var _ = verify.That(CloneOutlivesItsSource, func(ctx context.Context, bench *lab.Bench) {
	source := bench.Filled(ctx, bench.PromptClass(ctx), bench.Tree(1))
	clone := bench.Copied(ctx, source, lab.Cloning(source.Claim))
	clone.ReachRun(ctx)
	volume := bench.Backing(source.Claim)
	bench.Retire(ctx, source)
	volume.Leaves(ctx)

	bench.MustHold(ctx, clone.Pod, source.Written, files)
	bench.Retire(ctx, clone.Pod)
	next := bench.Pod(ctx, lab.Using(clone.Claim))
	next.Must(ctx, witness.Run())
	bench.MustHold(ctx, next, source.Written, files)
})
