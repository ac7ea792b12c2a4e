package snapshot

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/payload"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// SnapshotWaitsForBinding: there is nothing to cut yet. The fences are a claim that came later and is bound before the snapshot is
// asked for, and a snapshot of that claim.
var SnapshotWaitsForBinding = catalogue.Requirement{
	ID:        "SNAP-027",
	Level:     catalogue.Must,
	Statement: "a snapshot of a delayed claim without a pod is not ready, and is once the claim is bound",
	Source:    catalogue.Reading("concepts/storage/volume-snapshots", "a snapshot is taken of a volume, which a claim without a consumer does not have"),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.Snapshots, catalogue.DelayedBinding},
	Mutants: []catalogue.Mutant{
		{Name: "class-immediate", Wrong: "the class binds at once although it says that it waits"},
		catalogue.Spoilt(3),
	},
}

var _ = verify.That(SnapshotWaitsForBinding, func(ctx context.Context, bench *lab.Bench) {
	class, cutting := bench.Class(ctx, lab.Delaying()), bench.SnapshotClass(ctx)
	waiting := bench.Claim(ctx, class)
	fence := bench.Filled(ctx, class, payload.Small(1))
	snapshot := bench.Snapshot(ctx, cutting, waiting)
	snapshot.Must(ctx, witness.BeFaulted(waiting.Name()))
	snapshot.Throughout(ctx, witness.BeUnready(), func() { cut(ctx, bench, cutting, fence.Claim) })

	bench.Pod(ctx, lab.Using(waiting))
	waiting.Reach(ctx, witness.BeBound())
	snapshot.Recover(ctx, witness.BeReadyToUse())
})
