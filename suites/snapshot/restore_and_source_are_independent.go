package snapshot

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
)

// RestoreAndSourceAreIndependent: both ways, while both are in use.
var RestoreAndSourceAreIndependent = catalogue.Requirement{
	ID:        "SNAP-018",
	Level:     catalogue.Must,
	Statement: "what is written to a restored volume is not seen in its source, nor the other way round",
	Source:    catalogue.Reading("CSI specification, CreateVolume", "a restore is a new volume; that it shares blocks with its source is the storage's affair and must not be seen"),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.Snapshots},
	Mutants: []catalogue.Mutant{
		{Name: "copy-is-its-source", Wrong: "the copy is the source volume itself"},
		catalogue.AlsoSpoilt(3),
	},
}

var _ = verify.That(RestoreAndSourceAreIndependent, func(ctx context.Context, bench *lab.Bench) {
	tree := bench.Tree(1)
	source := bench.Filled(ctx, bench.PromptClass(ctx), tree)
	snapshot := cut(ctx, bench, bench.SnapshotClass(ctx), source.Claim)
	mustPart(ctx, bench, source, bench.Copied(ctx, source, lab.Restoring(snapshot)), tree)
})
