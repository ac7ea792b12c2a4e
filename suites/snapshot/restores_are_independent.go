package snapshot

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
)

// RestoresAreIndependent: they are made at once, and one is changed while the other is looked at.
var RestoresAreIndependent = catalogue.Requirement{
	ID:        "SNAP-016",
	Level:     catalogue.Must,
	Statement: "several restores of one snapshot are whole, and a change of one is not seen in another",
	Source:    catalogue.Reading("CSI specification, CreateVolume", "each restore is a volume of its own, with an ID and a life of its own"),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.Snapshots},
	Mutants: []catalogue.Mutant{
		{Name: "restores-share-one-volume", Wrong: "all restores of a snapshot are one volume"},
		catalogue.AlsoSpoilt(1), catalogue.AlsoSpoilt(3), catalogue.AlsoSpoilt(5), catalogue.Spoilt(7),
	},
}

var _ = verify.That(RestoresAreIndependent, func(ctx context.Context, bench *lab.Bench) {
	tree := bench.Tree(1)
	source := bench.Filled(ctx, bench.PromptClass(ctx), tree)
	snapshot := cut(ctx, bench, bench.SnapshotClass(ctx), source.Claim)
	one := bench.Copied(ctx, source, lab.Restoring(snapshot))
	other := bench.Copied(ctx, source, lab.Restoring(snapshot))
	one.MustRun(ctx)
	other.MustRun(ctx)
	bench.MustHold(ctx, one.Pod, source.Written, files)
	changed := bench.Change(ctx, one.Pod, tree)
	bench.MustHold(ctx, other.Pod, source.Written, files)
	bench.MustHold(ctx, one.Pod, changed, files)
})
