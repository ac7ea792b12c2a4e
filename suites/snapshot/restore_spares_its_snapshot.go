package snapshot

import (
	"context"

	. "github.com/onsi/gomega"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// RestoreSparesItsSnapshot: the second try starts from where the first did.
var RestoreSparesItsSnapshot = catalogue.Requirement{
	ID:        "SNAP-017",
	Level:     catalogue.Must,
	Statement: "what is written to a restored volume does not change the snapshot that it came from",
	Source:    catalogue.Reading("CSI specification, CreateSnapshot", "a snapshot of one moment does not change, whoever restores it"),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.Snapshots},
	Mutants: []catalogue.Mutant{
		{Name: "restores-share-one-volume", Wrong: "all restores of a snapshot are one volume"},
		catalogue.AlsoSpoilt(1),
	},
}

var _ = verify.That(RestoreSparesItsSnapshot, func(ctx context.Context, bench *lab.Bench) {
	tree := bench.Tree(1)
	source := bench.Filled(ctx, bench.PromptClass(ctx), tree)
	snapshot := cut(ctx, bench, bench.SnapshotClass(ctx), source.Claim)
	first := bench.Copied(ctx, source, lab.Restoring(snapshot))
	first.ReachRun(ctx)
	Expect(bench.Change(ctx, first.Pod, tree)).NotTo(witness.HoldExactly(source.Written, files), "nothing changed: this run could not tell")
	bench.Retire(ctx, first.Pod)

	second := bench.Copied(ctx, source, lab.Restoring(snapshot))
	second.MustRun(ctx)
	bench.MustHold(ctx, second.Pod, source.Written, files)
})
