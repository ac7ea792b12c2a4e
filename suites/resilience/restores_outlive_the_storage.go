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

// RestoresOutliveTheStorage: the kill takes whoever copies, be it the controller or a server behind it. A copy that was
// left half done must not be handed out when it is asked for again.
var RestoresOutliveTheStorage = catalogue.Requirement{
	ID:        "RES-003",
	Level:     catalogue.Must,
	Statement: "restores asked for while the controller plugin and the driver's servers are killed come to their end and are whole",
	Source:    catalogue.Reading("CSI specification, CreateVolume", "the call is idempotent, and a volume from a snapshot contains its data: a repeated call must not take half a copy for one"),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.Snapshots, catalogue.Disruption},
	Mutants: []catalogue.Mutant{
		{Name: "restores-empty-after-restart", Wrong: "a controller that was started again restores nothing of a snapshot that it does not remember"},
	},
}

var _ = verify.That(RestoresOutliveTheStorage, func(ctx context.Context, bench *lab.Bench) {
	class := bench.Class(ctx)
	storage := slices.Concat(bench.ControllerPlugin(ctx), bench.Servers(ctx))
	source := bench.Filled(ctx, class, payload.Small(1))
	snapshot := bench.Snapshot(ctx, bench.SnapshotClass(ctx), source.Claim)
	snapshot.Reach(ctx, witness.BeReadyToUse())
	var all []lab.Workload
	for range several {
		all = append(all, bench.Copied(ctx, source, lab.Restoring(snapshot)))
	}
	all[0].Reach(ctx, witness.BeUnderWay())
	killed := bench.Kill(ctx, storage...)
	all = append(all, bench.Copied(ctx, source, lab.Restoring(snapshot)))
	killed.Return(ctx)
	for _, u := range all {
		mustHold(ctx, bench, u)
	}
})
