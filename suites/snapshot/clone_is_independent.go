package snapshot

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
)

// CloneIsIndependent: both ways, while both are in use.
var CloneIsIndependent = catalogue.Requirement{
	ID:        "SNAP-030",
	Level:     catalogue.Must,
	Statement: "what is written to a clone is not seen in its source, nor the other way round",
	Source:    catalogue.Docs("concepts/storage/volume-pvc-datasource#usage", "This also implies that the source is not linked in any way to the newly created clone, it may also be modified or deleted without affecting the newly created clone."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.Clones},
	Mutants: []catalogue.Mutant{
		{Name: "copy-is-its-source", Wrong: "the copy is the source volume itself"},
		catalogue.AlsoSpoilt(3),
	},
}

var _ = verify.That(CloneIsIndependent, func(ctx context.Context, bench *lab.Bench) {
	tree := bench.Tree(1)
	source := bench.Filled(ctx, bench.PromptClass(ctx), tree)
	mustPart(ctx, bench, source, bench.Copied(ctx, source, lab.Cloning(source.Claim)), tree)
})
