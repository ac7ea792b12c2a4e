package snapshot

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// SourceIsHeldDuringTheCut: a cut may be over before anybody can look, so every version of the claim is looked at
// afterwards.
var SourceIsHeldDuringTheCut = catalogue.Requirement{
	ID:        "SNAP-034",
	Level:     catalogue.Should,
	Statement: "a claim is held by a finalizer while it is snapshotted, and no longer",
	Source:    catalogue.Reading("concepts/storage/volume-snapshots#persistentvolumeclaim-as-snapshot-source-protection", "a claim that goes while it is being snapshotted takes with it what was to be saved"),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.Snapshots},
	Mutants: []catalogue.Mutant{
		{Name: "source-unprotected", Wrong: "the claim is not held while it is snapshotted"},
		{Name: "snapshot-never-ready", Wrong: "a snapshot that is complete never says so"},
		catalogue.Spoilt(2),
	},
}

var _ = verify.That(SourceIsHeldDuringTheCut, func(ctx context.Context, bench *lab.Bench) {
	source := bench.Bound(ctx)
	snapshot := bench.Snapshot(ctx, bench.SnapshotClass(ctx), source)
	snapshot.Must(ctx, witness.BeReadyToUse())
	source.Once(witness.BeHeldAsSource("pvc-as-source-protection"))
	source.Must(ctx, witness.BeFreeAsSource("pvc-as-source-protection"))
})
