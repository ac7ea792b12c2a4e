package resilience

import (
	"context"
	"slices"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/payload"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// SnapshotDeletionsOutliveTheControllers: one snapshot is deleted just before the kill, another while nobody answers. A
// third stays, and can be restored.
var SnapshotDeletionsOutliveTheControllers = catalogue.Requirement{
	ID:        "RES-005",
	Level:     catalogue.Must,
	Statement: "snapshots deleted while the controller plugin and the snapshot controller are killed are removed with their contents, and no others",
	Source:    catalogue.CSI("DeleteSnapshot", "If a snapshot corresponding to the specified `snapshot_id` does not exist or the artifacts associated with the snapshot do not exist anymore, the Plugin MUST reply `0 OK`."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.Snapshots, catalogue.Disruption},
	Mutants: []catalogue.Mutant{
		{Name: "snapshots-undeletable-after-restart", Wrong: "a controller that was started again does not delete a snapshot that it does not remember", Long: true},
		catalogue.Spoilt(7),
	},
}

var _ = verify.That(SnapshotDeletionsOutliveTheControllers, func(ctx context.Context, bench *lab.Bench) {
	class, cuts := bench.PromptClass(ctx), bench.SnapshotClass(ctx)
	controllers := slices.Concat(bench.ControllerPlugin(ctx), bench.SnapshotController(ctx))
	source := bench.Filled(ctx, class, payload.Small(1))
	var snapshots []*lab.Snapshot
	var contents []*lab.Content
	for range several {
		snapshots = append(snapshots, bench.Snapshot(ctx, cuts, source.Claim))
	}
	for _, s := range snapshots {
		s.Reach(ctx, witness.BeReadyToUse())
		contents = append(contents, bench.ContentOf(s))
	}
	stays, before, during := snapshots[0], snapshots[1], snapshots[2]
	bench.Delete(ctx, before)
	killed := bench.Kill(ctx, controllers...)
	bench.Delete(ctx, during)
	killed.Return(ctx)

	for i := range contents[1:] {
		snapshots[i+1].Vanish(ctx)
		contents[i+1].Vanish(ctx)
	}
	mustHold(ctx, bench, bench.Copied(ctx, source, lab.Restoring(stays)))
})
