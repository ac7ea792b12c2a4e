package snapshot

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/payload"
	"csicert/framework/verify"
)

// RestoreKeepsTimes: programs that compare times, as make and rsync do, see nothing new.
var RestoreKeepsTimes = catalogue.Requirement{
	ID:        "SNAP-003",
	Level:     catalogue.Should,
	Statement: "restored files have the modification times of their source",
	Source:    catalogue.Reading("CSI specification, CreateVolume", "the times of files are part of what a volume holds, although the specification does not name them"),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.Snapshots},
	Mutants: []catalogue.Mutant{
		{Name: "restore-stamps-now", Wrong: "copied files have the time of the copy"},
	},
}

var _ = verify.That(RestoreKeepsTimes, func(ctx context.Context, bench *lab.Bench) {
	source := bench.Filled(ctx, bench.PromptClass(ctx), bench.Tree(1))
	snapshot := cut(ctx, bench, bench.SnapshotClass(ctx), source.Claim)
	restored := bench.Copied(ctx, source, lab.Restoring(snapshot))
	restored.ReachRun(ctx)
	bench.MustHold(ctx, restored.Pod, source.Written, payload.Times)
})
