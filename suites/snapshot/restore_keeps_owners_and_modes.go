package snapshot

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/payload"
	"csicert/framework/verify"
)

// RestoreKeepsOwnersAndModes: what was private stays private, and who owned it still does.
var RestoreKeepsOwnersAndModes = catalogue.Requirement{
	ID:        "SNAP-002",
	Level:     catalogue.Must,
	Statement: "restored files have the owners, groups and modes of their source, special bits included",
	Source:    catalogue.Reading("CSI specification, CreateVolume", "a volume that contains the data of the snapshot is of no use to its user, or open to others, when owners and modes are not those of the data"),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.Snapshots, catalogue.Ownership, catalogue.RootPods},
	Mutants: []catalogue.Mutant{
		{Name: "restore-loses-owners", Wrong: "whatever is copied belongs to root afterwards"},
		{Name: "restore-widens-modes", Wrong: "private directories are open in the copy, and setuid bits are lost"},
	},
}

var _ = verify.That(RestoreKeepsOwnersAndModes, func(ctx context.Context, bench *lab.Bench) {
	source := bench.Filled(ctx, bench.PromptClass(ctx), bench.Tree(1))
	snapshot := cut(ctx, bench, bench.SnapshotClass(ctx), source.Claim)
	restored := bench.Copied(ctx, source, lab.Restoring(snapshot))
	restored.ReachRun(ctx)
	bench.MustHold(ctx, restored.Pod, source.Written, payload.Owners, payload.Modes)
})
