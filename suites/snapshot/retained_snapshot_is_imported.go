package snapshot

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// RetainedSnapshotIsImported: the way back after a namespace was lost: source, snapshot and content are gone, the handle
// is known.
var RetainedSnapshotIsImported = catalogue.Requirement{
	ID:        "SNAP-024",
	Level:     catalogue.Must,
	Statement: "a retained snapshot is imported by its handle and restores what it held",
	Source:    catalogue.SnapshotAPI("VolumeSnapshotContentSource", "snapshotHandle specifies the CSI \"snapshot_id\" of a pre-existing snapshot on the underlying storage system for which a Kubernetes object representation was (or should be) created."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.Snapshots},
	Mutants: []catalogue.Mutant{
		{Name: "import-finds-nothing", Wrong: "a snapshot that is there is not found by its handle"},
		{Name: "snapshots-die-with-source", Wrong: "the deletion of a volume takes its snapshots with it"},
		catalogue.AlsoSpoilt(2), catalogue.Spoilt(5),
	},
}

var _ = verify.That(RetainedSnapshotIsImported, func(ctx context.Context, bench *lab.Bench) {
	source := bench.Filled(ctx, bench.PromptClass(ctx), bench.Tree(1))
	class := bench.SnapshotClass(ctx, lab.Keeping())
	kept := cut(ctx, bench, class, source.Claim)
	content, volume, handle := bench.ContentOf(kept), bench.Backing(source.Claim), bench.HandleOf(ctx, kept)
	bench.Retire(ctx, kept)
	imported := bench.Import(ctx, class, handle) // before the other goes: the undoing has to know of it
	bench.Retire(ctx, content)
	bench.Retire(ctx, source)
	volume.Leaves(ctx)

	snapshot := bench.Adopt(ctx, class, imported)
	snapshot.Must(ctx, witness.BeReadyToUse())
	imported.Must(ctx, witness.BeBoundToSnapshot(snapshot.Now()))
	restored := bench.Copied(ctx, source, lab.Restoring(snapshot))
	restored.MustRun(ctx)
	bench.MustHold(ctx, restored.Pod, source.Written, files)
})
