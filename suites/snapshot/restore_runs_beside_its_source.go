package snapshot

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// RestoreRunsBesideItsSource: to compare or to fetch one file, both are mounted in one pod. File systems of one identity
// (XFS) are in each other's way there.
var RestoreRunsBesideItsSource = catalogue.Requirement{
	ID:        "SNAP-019",
	Level:     catalogue.Must,
	Statement: "a volume and its restore are used by one pod at once",
	Source:    catalogue.Reading("CSI specification, NodePublishVolume", "nothing lets a plugin refuse a volume because another one, of equal content, is published on the node"),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.Snapshots},
	Mutants: []catalogue.Mutant{
		{Name: "one-volume-per-node", Wrong: "a node that has one volume mounted refuses the other"},
		catalogue.Spoilt(2),
	},
}

var _ = verify.That(RestoreRunsBesideItsSource, func(ctx context.Context, bench *lab.Bench) {
	source := bench.Filled(ctx, bench.Class(ctx), bench.Tree(1))
	snapshot := cut(ctx, bench, bench.SnapshotClass(ctx), source.Claim)
	restored := bench.CopiedClaim(ctx, source, lab.Restoring(snapshot))
	both := bench.Pod(ctx, lab.Using(restored, source.Claim), source.Nearby())
	restored.Reach(ctx, witness.BeBound())
	both.Must(ctx, witness.Run())
	bench.MustHold(ctx, both, source.Written, files)
})
