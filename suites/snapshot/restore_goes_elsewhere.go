package snapshot

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// RestoreGoesElsewhere: every segment in turn, for a fixed one passes by luck. Affinity, node and content must agree.
var RestoreGoesElsewhere = catalogue.Requirement{
	ID:        "SNAP-031",
	Level:     catalogue.Must,
	Statement: "a restore in another segment than its source's is made there and holds the whole content",
	Source:    catalogue.CSI("CreateSnapshot", "If it is not specified, the CO MAY assume the snapshot is equally usable from all topologies in the cluster and MAY provision volumes referencing the snapshot as a source without topology constraints."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.Snapshots, catalogue.Topology, catalogue.RestoreElsewhere, catalogue.DelayedBinding, catalogue.TwoZones},
	Mutants: []catalogue.Mutant{
		{Name: "restore-stays-with-source", Wrong: "a restore is made where its source is, wherever it was asked for"},
		catalogue.AlsoSpoilt(1), catalogue.AlsoSpoilt(3), catalogue.AlsoSpoilt(4), catalogue.Spoilt(5),
	},
}

var _ = verify.That(RestoreGoesElsewhere, func(ctx context.Context, bench *lab.Bench) {
	class, cutting, key := bench.Class(ctx, lab.Delaying()), bench.SnapshotClass(ctx), bench.SegmentKey()
	segments := bench.SeveralSegments()
	here, there := segments[0], segments[1] // others in every run
	source := bench.Filled(ctx, class, bench.Tree(1), lab.OnlyWhere(key, here))
	bench.Backing(source.Claim).Reach(ctx, witness.BeInSegment(key, here))
	snapshot := cut(ctx, bench, cutting, source.Claim)

	restored := bench.Claim(ctx, class, lab.AsLargeAs(source.Claim), lab.Restoring(snapshot))
	pod := bench.Pod(ctx, lab.Using(restored), lab.OnlyWhere(key, there))
	restored.Must(ctx, witness.BeBound())
	bench.Backing(restored).Must(ctx, witness.BeInSegment(key, there))
	pod.Must(ctx, witness.BeScheduledTo(bench.Labelling(key, there)...))
	pod.Must(ctx, witness.Run())
	bench.MustHold(ctx, pod, source.Written, files)
})
