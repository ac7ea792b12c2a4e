package snapshot

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/payload"
	"csicert/framework/verify"
)

// CloneKeepsOwnersAndModes: a clone is often made by another path than a restore, and has to be as faithful.
var CloneKeepsOwnersAndModes = catalogue.Requirement{
	ID:        "SNAP-038",
	Level:     catalogue.Must,
	Statement: "cloned files have the owners, groups and modes of their source, special bits included",
	Source:    catalogue.Docs("concepts/storage/volume-pvc-datasource", "rather than creating a \"new\" empty Volume, the back end device creates an exact duplicate of the specified Volume."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.Clones, catalogue.Ownership, catalogue.RootPods},
	Mutants: []catalogue.Mutant{
		{Name: "restore-loses-owners", Wrong: "whatever is copied belongs to root afterwards"},
		{Name: "restore-widens-modes", Wrong: "private directories are open in the copy, and setuid bits are lost", Further: true},
	},
}

var _ = verify.That(CloneKeepsOwnersAndModes, func(ctx context.Context, bench *lab.Bench) {
	source := bench.Filled(ctx, bench.PromptClass(ctx), bench.Tree(1))
	clone := bench.Copied(ctx, source, lab.Cloning(source.Claim))
	clone.ReachRun(ctx)
	bench.MustHold(ctx, clone.Pod, source.Written, payload.Owners, payload.Modes)
})
