package snapshot

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
)

// CloneHoldsItsSource: the source is not in use, as the documentation asks.
var CloneHoldsItsSource = catalogue.Requirement{
	ID:        "SNAP-029",
	Level:     catalogue.Must,
	Statement: "a clone holds exactly the files of its source: names, types, bytes and link targets",
	Source:    catalogue.Docs("concepts/storage/volume-pvc-datasource", "rather than creating a \"new\" empty Volume, the back end device creates an exact duplicate of the specified Volume."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.Clones},
	Mutants: []catalogue.Mutant{
		{Name: "restore-is-empty", Wrong: "the copy is not filled, and is said to be"},
		{Name: "restore-forgets-hidden", Wrong: "the copy lacks every file whose name begins with a dot", Further: true},
		{Name: "restore-flips-a-bit", Wrong: "one bit of a copied file is not what it was", Further: true},
		{Name: "data-source-dropped", Wrong: "the claim loses its data source, and gets an empty volume", Further: true},
		catalogue.AlsoSpoilt(1),
	},
}

var _ = verify.That(CloneHoldsItsSource, func(ctx context.Context, bench *lab.Bench) {
	source := bench.Filled(ctx, bench.Class(ctx), bench.Tree(1))
	clone := bench.Copied(ctx, source, lab.Cloning(source.Claim))
	clone.MustRun(ctx)
	bench.MustHold(ctx, clone.Pod, source.Written, files)
})
