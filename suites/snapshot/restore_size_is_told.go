package snapshot

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// RestoreSizeIsTold: without it Kubernetes cannot refuse a claim that is too small.
var RestoreSizeIsTold = catalogue.Requirement{
	ID:        "SNAP-012",
	Level:     catalogue.Should,
	Statement: "a snapshot says how large a volume has to be that is restored from it",
	Source:    catalogue.CSI("CreateSnapshot", "The purpose of this field is to give CO guidance on how much space is needed to create a volume from this snapshot."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.Snapshots},
	Mutants: []catalogue.Mutant{
		{Name: "snapshot-size-unknown", Wrong: "the snapshot does not say how large a restore has to be"},
	},
}

var _ = verify.That(RestoreSizeIsTold, func(ctx context.Context, bench *lab.Bench) {
	source := bench.Bound(ctx)
	snapshot := cut(ctx, bench, bench.SnapshotClass(ctx), source)
	snapshot.Must(ctx, witness.BeMeasured())
})
