package snapshot

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/payload"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// UnknownClassIsAnError: on the object, where its user looks. The fence is a snapshot of a class that exists.
var UnknownClassIsAnError = catalogue.Requirement{
	ID:        "SNAP-025",
	Level:     catalogue.Must,
	Statement: "a snapshot of a class that does not exist names the class in an error and is not cut",
	Source:    catalogue.SnapshotAPI("VolumeSnapshotStatus", "error is the last observed error during snapshot creation, if any."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.Snapshots},
	Mutants: []catalogue.Mutant{
		{Name: "snapshot-class-corrected", Wrong: "the snapshot is given another class than it names"},
		catalogue.Spoilt(2),
	},
}

var _ = verify.That(UnknownClassIsAnError, func(ctx context.Context, bench *lab.Bench) {
	source := bench.Filled(ctx, bench.Class(ctx), payload.Small(1))
	absent := bench.Named("no-such-class")
	lost := bench.Snapshot(ctx, absent, source.Claim)
	lost.Must(ctx, witness.BeFaulted(absent))
	lost.Throughout(ctx, witness.BeUnready(), func() {
		cut(ctx, bench, bench.SnapshotClass(ctx), source.Claim)
	})
})
