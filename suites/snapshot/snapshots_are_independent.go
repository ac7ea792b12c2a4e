package snapshot

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// SnapshotsAreIndependent: they are asked for at once, and the middle one is deleted.
var SnapshotsAreIndependent = catalogue.Requirement{
	ID:        "SNAP-035",
	Level:     catalogue.Must,
	Statement: "snapshots of one volume are things of their own, and the deletion of one leaves the others restorable",
	Source:    catalogue.CSI("CreateSnapshot", "This field SHALL be used by the CO in subsequent calls to refer to this snapshot."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.Snapshots},
	Mutants: []catalogue.Mutant{
		{Name: "snapshots-share-a-handle", Wrong: "all snapshots of a volume are one"},
		catalogue.AlsoSpoilt(1), catalogue.Spoilt(6),
	},
}

var _ = verify.That(SnapshotsAreIndependent, func(ctx context.Context, bench *lab.Bench) {
	source, class := bench.Filled(ctx, bench.PromptClass(ctx), bench.Tree(1)), bench.SnapshotClass(ctx)
	all := []*lab.Snapshot{bench.Snapshot(ctx, class, source.Claim), bench.Snapshot(ctx, class, source.Claim), bench.Snapshot(ctx, class, source.Claim)}
	for _, s := range all {
		s.Must(ctx, witness.BeReadyToUse())
	}
	content := bench.ContentOf(all[1])
	bench.Delete(ctx, all[1])
	content.Leaves(ctx)

	for _, s := range []*lab.Snapshot{all[0], all[2]} {
		restored := bench.Copied(ctx, source, lab.Restoring(s))
		restored.MustRun(ctx)
		bench.MustHold(ctx, restored.Pod, source.Written, files)
	}
})
