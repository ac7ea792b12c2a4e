package snapshot

import (
	"context"
	"time"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// CreationTimeIsOfTheCut: by it users choose which snapshot to go back to. Clocks may differ by minutes, not by years.
var CreationTimeIsOfTheCut = catalogue.Requirement{
	ID:        "SNAP-010",
	Level:     catalogue.Should,
	Statement: "the creation time of a snapshot lies between its request and its being ready",
	Source:    catalogue.SnapshotAPI("VolumeSnapshotStatus", "creationTime is the timestamp when the point-in-time snapshot is taken by the underlying storage system."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.Snapshots},
	Mutants: []catalogue.Mutant{
		{Name: "snapshot-without-time", Wrong: "the snapshot says that it was cut in 1970"},
	},
}

var _ = verify.That(CreationTimeIsOfTheCut, func(ctx context.Context, bench *lab.Bench) {
	source := bench.Bound(ctx)
	snapshot := cut(ctx, bench, bench.SnapshotClass(ctx), source)
	snapshot.Must(ctx, witness.BeCutBetween(snapshot.Now().CreationTimestamp.Time, time.Now()))
})
