package snapshot

import (
	"context"

	snapshotv1 "github.com/kubernetes-csi/external-snapshotter/client/v8/apis/volumesnapshot/v1"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// SnapshotAndContentNameEachOther: the binding, and what the content records of its origin. The class keeps, so that
// its policy is not the one that everybody takes.
var SnapshotAndContentNameEachOther = catalogue.Requirement{
	ID:        "SNAP-009",
	Level:     catalogue.Must,
	Statement: "a snapshot and its content name each other, and the content records driver, class, policy, handle and source",
	Source:    catalogue.SnapshotAPI("VolumeSnapshotStatus", "by validating that both VolumeSnapshot and VolumeSnapshotContent point at each other"),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.Snapshots},
	Mutants: []catalogue.Mutant{
		{Name: "snapshot-class-deletes", Wrong: "the class deletes what it was to keep"},
		{Name: "snapshot-class-corrected", Wrong: "the snapshot is given another class than it names"},
	},
}

var _ = verify.That(SnapshotAndContentNameEachOther, func(ctx context.Context, bench *lab.Bench) {
	source := bench.Bound(ctx)
	class := bench.SnapshotClass(ctx, lab.Keeping())
	snapshot := cut(ctx, bench, class, source)
	volume := bench.Backing(source).Now().Spec.CSI
	content := bench.ContentOf(snapshot)
	content.Must(ctx, witness.BeBoundToSnapshot(snapshot.Now()))
	content.Must(ctx, witness.BeDescribed(volume.Driver, class, snapshotv1.VolumeSnapshotContentRetain, volume.VolumeHandle))
})
