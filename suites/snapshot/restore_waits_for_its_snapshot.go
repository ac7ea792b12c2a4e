package snapshot

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// RestoreWaitsForItsSnapshot: an empty volume instead would look like success.
var RestoreWaitsForItsSnapshot = catalogue.Requirement{
	ID:        "SNAP-028",
	Level:     catalogue.Must,
	Statement: "a claim whose snapshot does not exist stays Pending and says so, and is filled once the snapshot is there",
	Source:    catalogue.Reading("concepts/storage/volume-snapshots#provisioning-volumes-from-snapshots", "a claim that asks for data must not get a volume without them"),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.Snapshots},
	Mutants: []catalogue.Mutant{
		{Name: "data-source-dropped", Wrong: "the claim loses its data source, and gets an empty volume"},
		{Name: "restore-is-empty", Wrong: "the copy is not filled, and is said to be"},
		catalogue.AlsoSpoilt(2), catalogue.AlsoSpoilt(3), catalogue.AlsoSpoilt(4),
	},
}

var _ = verify.That(RestoreWaitsForItsSnapshot, func(ctx context.Context, bench *lab.Bench) {
	source := bench.Filled(ctx, bench.Class(ctx), bench.Tree(1))
	restored := bench.Copied(ctx, source, bench.RestoringNext())
	restored.Must(ctx, witness.BeRefusedProvisioning("snapshot"))
	restored.Must(ctx, witness.BeUnbound())

	cut(ctx, bench, bench.SnapshotClass(ctx), source.Claim)
	restored.Recover(ctx, witness.BeBound())
	restored.Pod.Recover(ctx, witness.Run())
	bench.MustHold(ctx, restored.Pod, source.Written, files)
})
