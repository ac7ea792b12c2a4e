package snapshot

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
)

// LargerRestoreIsLarger: both the size that was asked for and the data, unless the driver refuses with OUT_OF_RANGE, as
// it may. A file system of the volume's own has to have grown; a share has room enough.
var LargerRestoreIsLarger = catalogue.Requirement{
	ID:        "SNAP-013",
	Level:     catalogue.Must,
	Statement: "a restore into a larger claim has the larger size and the whole content, unless it is refused",
	Source:    catalogue.CSI("CreateVolume", "MUST provide a volume that, when presented to a workload by `NodePublish` call, has both the requested (larger) size and contains data from the snapshot (or original volume)."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.Snapshots},
	Mutants: []catalogue.Mutant{
		{Name: "larger-restore-is-empty", Wrong: "a restore that is larger than its source is not filled"},
		{Name: "larger-restore-stays-small", Wrong: "the restore has its source's size, whatever was asked for"},
		catalogue.AlsoSpoilt(2), catalogue.AlsoSpoilt(3),
	},
}

var _ = verify.That(LargerRestoreIsLarger, func(ctx context.Context, bench *lab.Bench) {
	source, before := measured(ctx, bench)
	snapshot := cut(ctx, bench, bench.SnapshotClass(ctx), source.Claim)
	mustBeLarger(ctx, bench, source, before, lab.Restoring(snapshot))
})
