package snapshot

import (
	"context"

	snapshotv1 "github.com/kubernetes-csi/external-snapshotter/client/v8/apis/volumesnapshot/v1"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// RetainedSnapshotStays: the fence is a snapshot of policy Delete, deleted after it, whose content is gone.
var RetainedSnapshotStays = catalogue.Requirement{
	ID:        "SNAP-023",
	Level:     catalogue.Must,
	Statement: "with policy Retain the content stays when its snapshot is deleted",
	Source:    catalogue.SnapshotAPI("VolumeSnapshotClass", "\"Retain\" means that the VolumeSnapshotContent and its physical snapshot on underlying storage system are kept."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.Snapshots},
	Mutants: []catalogue.Mutant{
		{Name: "snapshot-class-deletes", Wrong: "the class deletes what it was to keep"},
	},
}

var _ = verify.That(RetainedSnapshotStays, func(ctx context.Context, bench *lab.Bench) {
	source := bench.Bound(ctx)
	kept := cut(ctx, bench, bench.SnapshotClass(ctx, lab.Keeping()), source)
	content := bench.ContentOf(kept)
	content.Reach(ctx, witness.BeThere[*snapshotv1.VolumeSnapshotContent]())
	passing := cut(ctx, bench, bench.SnapshotClass(ctx), source)
	bench.Retire(ctx, kept)
	content.Throughout(ctx, witness.BeThere[*snapshotv1.VolumeSnapshotContent](), func() {
		fence := bench.ContentOf(passing)
		bench.Retire(ctx, passing)
		fence.Gone(ctx)
	})
})
