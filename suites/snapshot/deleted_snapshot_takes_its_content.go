package snapshot

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// DeletedSnapshotTakesItsContent: the object, and the storage's snapshot. Whether that one is still there is asked by
// importing its handle: a driver that cannot list says ready, and must not restore.
var DeletedSnapshotTakesItsContent = catalogue.Requirement{
	ID:        "SNAP-022",
	Level:     catalogue.Must,
	Statement: "with policy Delete the deletion of a snapshot removes its content and the snapshot on the storage",
	Source:    catalogue.SnapshotAPI("VolumeSnapshotClass", "\"Delete\" means that the VolumeSnapshotContent and its physical snapshot on underlying storage system are deleted."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.Snapshots},
	Mutants: []catalogue.Mutant{
		{Name: "deleted-snapshot-stays", Wrong: "the deletion of a snapshot is confirmed and not done"},
	},
}

var _ = verify.That(DeletedSnapshotTakesItsContent, func(ctx context.Context, bench *lab.Bench) {
	source := bench.Filled(ctx, bench.Class(ctx), bench.Tree(1))
	class := bench.SnapshotClass(ctx)
	snapshot := cut(ctx, bench, class, source.Claim)
	content, handle := bench.ContentOf(snapshot), bench.HandleOf(ctx, snapshot)
	bench.Delete(ctx, snapshot)
	content.Vanish(ctx)

	ghost := bench.Adopt(ctx, class, bench.Import(ctx, class, handle))
	ghost.Reach(ctx, witness.BeSettled())
	restored := bench.Copied(ctx, source, lab.Restoring(ghost))
	restored.Must(ctx, witness.BeRefusedProvisioning("napshot", "NotFound"))
	drop(ctx, bench, restored)
})
