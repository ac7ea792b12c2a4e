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

// RestoreAndSourceAreIndependent: both ways, while both are in use.
var RestoreAndSourceAreIndependent = catalogue.Requirement{
	ID:        "SNAP-018",
	Level:     catalogue.Must,
	Statement: "what is written to a restored volume is not seen in its source, nor the other way round",
	Source:    catalogue.Reading("CSI specification, CreateVolume", "a restore is a new volume; that it shares blocks with its source is the storage's affair and must not be seen"),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.Snapshots},
	Mutants: []catalogue.Mutant{
		{Name: "copy-is-its-source", Wrong: "the copy is the source volume itself"},
	},
}

var _ = verify.That(RestoreAndSourceAreIndependent, func(ctx context.Context, bench *lab.Bench) {
	tree := bench.Tree(1)
	source := filled(ctx, bench, bench.Class(ctx), tree)
	snapshot := cut(ctx, bench, bench.SnapshotClass(ctx), source.Claim)
	twin := copied(ctx, bench, source, lab.Restoring(snapshot))
	twin.reachRun(ctx)
	changed := bench.Change(ctx, twin.pod, tree)
	Expect(changed).NotTo(witness.HoldExactly(source.written, files), "nothing changed: this run could not tell")
	owner := reopened(ctx, bench, source)
	bench.MustHold(ctx, owner, source.written, files)

	bench.Fill(ctx, owner, payload.Small(2))
	bench.MustHold(ctx, twin.pod, changed, files)
})
