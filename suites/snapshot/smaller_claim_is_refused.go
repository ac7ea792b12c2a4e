package snapshot

import (
	"context"

	"k8s.io/apimachinery/pkg/api/resource"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// SmallerClaimIsRefused: with a reason, and without end. The fence is a restore of the right size, by the same
// provisioner.
var SmallerClaimIsRefused = catalogue.Requirement{
	ID:        "SNAP-014",
	Level:     catalogue.Must,
	Statement: "a claim that is smaller than its snapshot's restore size stays Pending and says so",
	Source:    catalogue.SnapshotAPI("VolumeSnapshotStatus", "When restoring a volume from this snapshot, the size of the volume MUST NOT be smaller than the restoreSize if it is specified, otherwise the restoration will fail."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.Snapshots},
	Mutants: []catalogue.Mutant{
		{Name: "claim-rounded-up", Wrong: "the claim gets a size that was not asked for"},
		catalogue.AlsoSpoilt(2), catalogue.Spoilt(4),
	},
}

var _ = verify.That(SmallerClaimIsRefused, func(ctx context.Context, bench *lab.Bench) {
	source := bench.Filled(ctx, bench.Class(ctx), bench.Tree(1))
	snapshot := cut(ctx, bench, bench.SnapshotClass(ctx), source.Claim)
	needed := snapshot.Now().Status.RestoreSize
	if needed == nil || needed.Value() < 2 {
		bench.CannotTell("the snapshot does not say how large a restore has to be")
	}
	half := resource.NewQuantity(needed.Value()/2, resource.BinarySI)
	small := bench.Copied(ctx, source, lab.Restoring(snapshot), lab.Asking(half.String()))
	small.Must(ctx, witness.BeRefusedProvisioning("size", "OutOfRange"))
	small.Throughout(ctx, witness.BeUnbound(), func() {
		bench.Copied(ctx, source, lab.Restoring(snapshot)).MustRun(ctx)
	})
	drop(ctx, bench, small)
})
