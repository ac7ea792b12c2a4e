package snapshot

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// ReadyMeansRestorable: the restore is asked for together with the snapshot, so that it begins in the very moment in
// which the snapshot says that it is ready.
var ReadyMeansRestorable = catalogue.Requirement{
	ID:        "SNAP-008",
	Level:     catalogue.Must,
	Statement: "a snapshot becomes ready to use, and a restore that waited for it is whole",
	Source:    catalogue.CSI("CreateSnapshot", "Indicates if a snapshot is ready to use as a `volume_content_source` in a `CreateVolumeRequest`."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.Snapshots},
	Mutants: []catalogue.Mutant{
		{Name: "snapshot-ready-too-soon", Wrong: "the snapshot is ready while half of it is still to be copied"},
		{Name: "snapshot-never-ready", Wrong: "a snapshot that is complete never says so"},
		catalogue.AlsoSpoilt(2),
	},
}

var _ = verify.That(ReadyMeansRestorable, func(ctx context.Context, bench *lab.Bench) {
	source := bench.Filled(ctx, bench.PromptClass(ctx), bench.Tree(1))
	snapshot := bench.Snapshot(ctx, bench.SnapshotClass(ctx), source.Claim)
	restored := bench.Copied(ctx, source, lab.Restoring(snapshot))
	snapshot.Must(ctx, witness.BeReadyToUse())
	restored.RecoverRun(ctx)
	bench.MustHold(ctx, restored.Pod, source.Written, files)
})
