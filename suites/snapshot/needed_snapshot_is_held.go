package snapshot

import (
	"context"

	snapshotv1 "github.com/kubernetes-csi/external-snapshotter/client/v8/apis/volumesnapshot/v1"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/payload"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// NeededSnapshotIsHeld: a delayed claim waits for its pod, so that nothing races. The fence is a snapshot that nobody
// needs, cut and deleted after it, which is gone.
var NeededSnapshotIsHeld = catalogue.Requirement{
	ID:        "SNAP-032",
	Level:     catalogue.Must,
	Statement: "a snapshot from which a claim is still to be restored is not deleted before that claim is gone or filled",
	Source:    catalogue.Reading("concepts/storage/volume-snapshots", "the snapshot is the source of a claim that was accepted; to delete it would lose what that claim asks for"),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.Snapshots, catalogue.DelayedBinding},
	Mutants: []catalogue.Mutant{
		{Name: "data-source-dropped", Wrong: "the claim loses its data source, so that nobody knows what it needs"},
		catalogue.AlsoSpoilt(3), catalogue.Spoilt(4),
	},
}

var _ = verify.That(NeededSnapshotIsHeld, func(ctx context.Context, bench *lab.Bench) {
	source, class := bench.Filled(ctx, bench.Class(ctx, lab.Delaying()), payload.Small(1)), bench.SnapshotClass(ctx)
	needed := cut(ctx, bench, class, source.Claim)
	content := bench.ContentOf(needed)
	waiting := bench.CopiedClaim(ctx, source, lab.Restoring(needed))
	waiting.Reach(ctx, witness.BeWaitingForConsumer())
	cut(ctx, bench, class, bench.Bound(ctx)) // of a later claim: the snapshot controller knows of the one that waits, too
	bench.Delete(ctx, needed)
	needed.Must(ctx, witness.BeDeparting())
	needed.Throughout(ctx, witness.BeThere[*snapshotv1.VolumeSnapshot](), func() {
		spare := cut(ctx, bench, class, source.Claim)
		bench.Retire(ctx, spare)
	})
	content.Must(ctx, witness.BeThere[*snapshotv1.VolumeSnapshotContent]())

	bench.Retire(ctx, waiting)
	bench.Stir(ctx, needed)
	needed.Vanish(ctx)
})
