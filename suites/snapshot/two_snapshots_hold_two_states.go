package snapshot

import (
	"context"

	. "github.com/onsi/gomega"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// TwoSnapshotsHoldTwoStates: neither the first nor the last wins.
var TwoSnapshotsHoldTwoStates = catalogue.Requirement{
	ID:        "SNAP-007",
	Level:     catalogue.Must,
	Statement: "each of two snapshots of a volume restores the state of its own moment",
	Source:    catalogue.CSI("CreateSnapshot", "This field MUST contain enough information to uniquely identify this specific snapshot vs all other snapshots supported by this plugin."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.Snapshots},
	Mutants: []catalogue.Mutant{
		{Name: "restore-takes-the-latest", Wrong: "the restore takes its source's newest snapshot, whichever was asked for"},
		{Name: "snapshots-share-a-handle", Wrong: "all snapshots of a volume are one"},
		catalogue.AlsoSpoilt(1), catalogue.AlsoSpoilt(4),
	},
}

var _ = verify.That(TwoSnapshotsHoldTwoStates, func(ctx context.Context, bench *lab.Bench) {
	tree, class := bench.Tree(1), bench.SnapshotClass(ctx)
	source := bench.Opened(ctx, bench.PromptClass(ctx), tree)
	earlier := cut(ctx, bench, class, source.Claim)
	changed := bench.Change(ctx, source.Pod, tree)
	Expect(changed).NotTo(witness.HoldExactly(source.Written, files), "nothing changed: this run could not tell")
	later := cut(ctx, bench, class, source.Claim)

	before := bench.Copied(ctx, source, lab.Restoring(earlier))
	after := bench.Copied(ctx, source, lab.Restoring(later))
	before.MustRun(ctx)
	bench.MustHold(ctx, before.Pod, source.Written, files)
	after.MustRun(ctx)
	bench.MustHold(ctx, after.Pod, changed, files)
})
