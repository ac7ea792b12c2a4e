package snapshot

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// SnapshotWaitsForItsClaim: objects that were applied in the wrong order find each other.
var SnapshotWaitsForItsClaim = catalogue.Requirement{
	ID:        "SNAP-026",
	Level:     catalogue.Must,
	Statement: "a snapshot of a claim that does not exist tells in an error that its claim is missing, and is ready once the claim is there",
	Source:    catalogue.SnapshotAPI("VolumeSnapshotStatus", "The snapshot controller will keep retrying when an error occurs during the snapshot creation."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.Snapshots},
	Mutants: []catalogue.Mutant{
		{Name: "snapshot-never-ready", Wrong: "a snapshot that is complete never says so"},
		catalogue.AlsoSpoilt(1),
	},
}

var _ = verify.That(SnapshotWaitsForItsClaim, func(ctx context.Context, bench *lab.Bench) {
	class := bench.Class(ctx)
	late := bench.Named("late")
	snapshot := bench.SnapshotOf(ctx, bench.SnapshotClass(ctx), late)
	snapshot.Must(ctx, witness.BeFaulted(late, "cannot get claim")) // snapshot-controller 8 does not name it

	claim := bench.Claim(ctx, class, lab.Called("late"))
	bench.Pod(ctx, lab.Using(claim))
	claim.Reach(ctx, witness.BeBound())
	snapshot.Recover(ctx, witness.BeReadyToUse())
})
