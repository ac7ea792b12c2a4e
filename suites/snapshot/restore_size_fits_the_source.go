package snapshot

import (
	"context"

	corev1 "k8s.io/api/core/v1"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// RestoreSizeFitsTheSource: who lost a volume asks for one of the same size, and must get it.
var RestoreSizeFitsTheSource = catalogue.Requirement{
	ID:        "SNAP-011",
	Level:     catalogue.Must,
	Statement: "a snapshot asks for no more than the capacity of its source",
	Source:    catalogue.SnapshotAPI("VolumeSnapshotStatus", "restoreSize represents the minimum size of volume required to create a volume from this snapshot."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.Snapshots},
	Mutants: []catalogue.Mutant{
		{Name: "snapshot-of-no-size", Wrong: "the snapshot asks for a restore of twice its source's size"},
	},
}

var _ = verify.That(RestoreSizeFitsTheSource, func(ctx context.Context, bench *lab.Bench) {
	source := bench.Bound(ctx)
	snapshot := cut(ctx, bench, bench.SnapshotClass(ctx), source)
	capacity := bench.Backing(source).Now().Spec.Capacity[corev1.ResourceStorage]
	snapshot.Must(ctx, witness.BeRestorableInto(capacity))
})
