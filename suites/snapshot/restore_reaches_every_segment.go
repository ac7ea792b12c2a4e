package snapshot

import (
	"context"

	. "github.com/onsi/gomega"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/payload"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// RestoreReachesEverySegment: the pod that reads has to run in a segment, each in turn; the restore has to come there, with everything.
var RestoreReachesEverySegment = catalogue.Requirement{
	ID:        "SNAP-007",
	Level:     catalogue.Must,
	Statement: "a snapshot is restored into whichever segment its reader has to run in",
	Source:    catalogue.Reading("concepts/storage/storage-classes#volume-binding-mode", "with a consumer the volume is provisioned where the consumer can run, filled or not"),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.Snapshots, catalogue.Topology, catalogue.RestoreElsewhere, catalogue.DelayedBinding, catalogue.TwoZones},
	Mutants: []catalogue.Mutant{
		{Name: "restore-is-empty", Wrong: "the new volume is not filled from its source, and says that it was"},
		{Name: "volume-in-another-zone", Wrong: "the volume is made outside of the zone that the scheduler chose"},
	},
}

var _ = verify.That(RestoreReachesEverySegment, func(ctx context.Context, bench *lab.Bench) {
	class, cuts := bench.Class(ctx), bench.SnapshotClass(ctx)
	source, _, held := written(ctx, bench, class, payload.Mixed(7))
	snapshot := cut(ctx, bench, cuts, source)
	for _, segment := range bench.Segments() {
		restored := bench.Claim(ctx, class, lab.Restoring(snapshot))
		reader := bench.Pod(ctx, lab.Using(restored), lab.OnlyWhere(bench.SegmentKey(), segment))
		restored.Must(ctx, witness.BeBound())
		bench.Backing(restored).Must(ctx, witness.BeInSegment(bench.SegmentKey(), segment))
		reader.Must(ctx, witness.Run())
		Expect(bench.Digest(ctx, reader)).To(witness.HoldExactly(held, payload.Content))
	}
})
