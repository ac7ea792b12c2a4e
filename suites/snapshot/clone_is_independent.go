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

// CloneIsIndependent: both ways, while both are in use.
var CloneIsIndependent = catalogue.Requirement{
	ID:        "SNAP-030",
	Level:     catalogue.Must,
	Statement: "what is written to a clone is not seen in its source, nor the other way round",
	Source:    catalogue.Docs("concepts/storage/volume-pvc-datasource#usage", "This also implies that the source is not linked in any way to the newly created clone, it may also be modified or deleted without affecting the newly created clone."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.Clones},
	Mutants: []catalogue.Mutant{
		{Name: "copy-is-its-source", Wrong: "the copy is the source volume itself"},
	},
}

var _ = verify.That(CloneIsIndependent, func(ctx context.Context, bench *lab.Bench) {
	tree := bench.Tree(1)
	source := filled(ctx, bench, bench.Class(ctx), tree)
	twin := copied(ctx, bench, source, lab.Cloning(source.Claim))
	twin.reachRun(ctx)
	changed := bench.Change(ctx, twin.pod, tree)
	Expect(changed).NotTo(witness.HoldExactly(source.written, files), "nothing changed: this run could not tell")
	owner := reopened(ctx, bench, source)
	bench.MustHold(ctx, owner, source.written, files)

	bench.Fill(ctx, owner, payload.Small(2))
	bench.MustHold(ctx, twin.pod, changed, files)
})
