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

// SnapshotAndContentNameEachOther: both halves of the binding, and what the content records of the storage.
var SnapshotAndContentNameEachOther = catalogue.Requirement{
	ID:        "SNAP-003",
	Level:     catalogue.Must,
	Statement: "a snapshot becomes ready, bound to a content that names it and records driver, class, policy, handle and source",
	Source:    catalogue.Reading("concepts/storage/volume-snapshots#lifecycle-of-a-volume-snapshot-and-volume-snapshot-content", "the binding of a snapshot to its content is one to one"),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.Snapshots},
	Mutants: []catalogue.Mutant{
		{Name: "snapshot-never-ready", Wrong: "a snapshot that is complete never says that it is"},
	},
}

var _ = verify.That(SnapshotAndContentNameEachOther, func(ctx context.Context, bench *lab.Bench) {
	class, cuts := bench.Class(ctx), bench.SnapshotClass(ctx)
	source, _, _ := written(ctx, bench, class, payload.Small(3))
	snapshot := bench.Snapshot(ctx, cuts, source)
	snapshot.Must(ctx, witness.BeReadyToUse())
	content := bench.ContentOf(snapshot)
	content.Must(ctx, witness.BeBoundToSnapshot(snapshot.Now()))
	content.Must(ctx, witness.BeDescribed(bench.Driver(), cuts, snapshotv1.VolumeSnapshotContentDelete))
})
