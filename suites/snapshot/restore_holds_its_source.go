package snapshot

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
)

// RestoreHoldsItsSource: nothing missing, nothing extra, nothing changed.
var RestoreHoldsItsSource = catalogue.Requirement{
	ID:        "SNAP-001",
	Level:     catalogue.Must,
	Statement: "a restored volume holds exactly the files that its source held: names, types, bytes and link targets",
	Source:    catalogue.Docs("concepts/storage/volume-snapshots#provisioning-volumes-from-snapshots", "You can provision a new volume, pre-populated with data from a snapshot, by using the dataSource field in the PersistentVolumeClaim object."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.Snapshots},
	Mutants: []catalogue.Mutant{
		{Name: "restore-is-empty", Wrong: "the copy is not filled, and is said to be"},
		{Name: "restore-forgets-hidden", Wrong: "the copy lacks every file whose name begins with a dot"},
		{Name: "restore-adds-a-file", Wrong: "the copy has a file that its source does not have"},
		{Name: "restore-flips-a-bit", Wrong: "one bit of a copied file is not what it was"},
		{Name: "restore-follows-links", Wrong: "the copy has an empty file where its source has a symbolic link"},
		{Name: "data-source-dropped", Wrong: "the claim loses its data source, and gets an empty volume"},
		catalogue.AlsoSpoilt(1),
	},
}

var _ = verify.That(RestoreHoldsItsSource, func(ctx context.Context, bench *lab.Bench) {
	source := bench.Filled(ctx, bench.Class(ctx), bench.Tree(1))
	snapshot := cut(ctx, bench, bench.SnapshotClass(ctx), source.Claim)
	restored := bench.Copied(ctx, source, lab.Restoring(snapshot))
	restored.MustRun(ctx)
	bench.MustHold(ctx, restored.Pod, source.Written, files)
})
