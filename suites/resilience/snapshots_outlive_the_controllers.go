package resilience

import (
	"context"
	"slices"

	. "github.com/onsi/gomega"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/payload"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// SnapshotsOutliveTheControllers: one snapshot is asked for just before the kill, another while nobody answers. Both are
// cut, each once, and each can be restored.
var SnapshotsOutliveTheControllers = catalogue.Requirement{
	ID:        "RES-002",
	Level:     catalogue.Must,
	Statement: "snapshots asked for while the controller plugin and the snapshot controller are killed become ready, and their restores are whole",
	Source:    catalogue.CSI("CreateSnapshot", "CO SHOULD then reissue the same `CreateSnapshotRequest` periodically until boolean `ready_to_use` flips to `true`"),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.Snapshots, catalogue.Disruption},
	Mutants: []catalogue.Mutant{
		{Name: "volumes-forgotten-after-restart", Wrong: "a controller that was started again cuts no snapshot of a volume that it does not remember"},
		catalogue.Spoilt(5),
	},
}

var _ = verify.That(SnapshotsOutliveTheControllers, func(ctx context.Context, bench *lab.Bench) {
	class, cuts := bench.PromptClass(ctx), bench.SnapshotClass(ctx)
	controllers := slices.Concat(bench.ControllerPlugin(ctx), bench.SnapshotController(ctx))
	source := bench.Filled(ctx, class, payload.Small(1))
	before := bench.Snapshot(ctx, cuts, source.Claim)
	killed := bench.Kill(ctx, controllers...)
	during := bench.Snapshot(ctx, cuts, source.Claim)
	killed.Return(ctx)

	for _, s := range []*lab.Snapshot{before, during} {
		s.Recover(ctx, witness.BeReadyToUse())
	}
	Expect(bench.HandleOf(ctx, before)).NotTo(Equal(bench.HandleOf(ctx, during)), "two snapshots are two on the storage")
	for _, u := range []lab.Workload{bench.Copied(ctx, source, lab.Restoring(before)), bench.Copied(ctx, source, lab.Restoring(during))} {
		mustHold(ctx, bench, u)
	}
})
