package snapshot

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/payload"
	"csicert/framework/verify"
)

// RestoreKeepsHardLinks: a change by one name is still seen by the other.
var RestoreKeepsHardLinks = catalogue.Requirement{
	ID:        "SNAP-004",
	Level:     catalogue.Should,
	Statement: "names of one file are names of one file in a restored volume",
	Source:    catalogue.Reading("CSI specification, CreateVolume", "which names are one file is part of what a volume holds, although the specification does not name it"),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.Snapshots, catalogue.Ownership, catalogue.RootPods},
	Mutants: []catalogue.Mutant{
		{Name: "restore-splits-hard-links", Wrong: "the names of one file are files of their own in the copy"},
	},
}

var _ = verify.That(RestoreKeepsHardLinks, func(ctx context.Context, bench *lab.Bench) {
	source := bench.Filled(ctx, bench.PromptClass(ctx), bench.Tree(1))
	snapshot := cut(ctx, bench, bench.SnapshotClass(ctx), source.Claim)
	restored := bench.Copied(ctx, source, lab.Restoring(snapshot))
	restored.ReachRun(ctx)
	bench.MustHold(ctx, restored.Pod, source.Written, payload.HardLinks)
})
