package topology

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// PodElsewhereStaysPending: a bound volume is no reason to break it: a pod that may not run in its segment waits and
// says why, and one that may runs.
var PodElsewhereStaysPending = catalogue.Requirement{
	ID:        "TOPO-010",
	Level:     catalogue.Must,
	Statement: "a pod that may not run in the segment of its bound volume stays Pending with the scheduler's reason",
	Source:    catalogue.API("core/v1/types.go", "nodeAffinity defines constraints that limit what nodes this volume can be accessed from. This field influences the scheduling of pods that use this volume."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.DelayedBinding, catalogue.Topology},
	Mutants: []catalogue.Mutant{
		{Name: "volume-without-topology", Wrong: "the driver does not say where the volume can be reached"},
		{Name: "pod-forgets-its-nodes", Wrong: "the pod has lost what it said of the nodes that it may run on"},
		catalogue.Spoilt(5),
	},
}

var _ = verify.That(PodElsewhereStaysPending, func(ctx context.Context, bench *lab.Bench) {
	segments := bench.SeveralSegments()
	here, there := segments[0], segments[1]
	home := bench.Workload(ctx, bench.Class(ctx, lab.Delaying(), lab.AllowedIn(lab.Term{bench.SegmentKey(): {here}})))
	home.Pod.Reach(ctx, witness.Run())
	bench.Retire(ctx, home.Pod)

	bench.Pod(ctx, lab.Using(home.Claim), lab.OnlyWhere(bench.SegmentKey(), there)).Must(ctx, witness.BeUnschedulable(witness.AffinityConflict))
	allowed := bench.Pod(ctx, lab.Using(home.Claim), lab.OnlyWhere(bench.SegmentKey(), here))
	mustBeIn(ctx, bench, home.Claim, allowed, here)
})
