package publish

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/payload"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// OwnersAndModesOutliveThePod: a tree with owners, private directories, setuid files, links and odd names is the same
// when the next pod mounts it.
var OwnersAndModesOutliveThePod = catalogue.Requirement{
	ID:        "PUB-002",
	Level:     catalogue.Must,
	Statement: "owners, modes, links and names of a volume's files are the successor's as they were the first pod's",
	Source:    catalogue.Reading("concepts/storage/persistent-volumes#introduction", "a volume whose lifecycle is independent of pods keeps what a file is, not only its bytes, from one pod to the next"),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.Ownership, catalogue.RootPods},
	Mutants: []catalogue.Mutant{
		{Name: "modes-flattened", Wrong: "publishing a volume gives every file in it the mode 0777"},
		catalogue.AlsoSpoilt(1),
	},
}

var _ = verify.That(OwnersAndModesOutliveThePod, func(ctx context.Context, bench *lab.Bench) {
	claim := bench.Claim(ctx, bench.Class(ctx))
	first := bench.Pod(ctx, lab.Using(claim))
	first.Reach(ctx, witness.Run())
	written := bench.Fill(ctx, first, payload.Mixed(1))
	bench.Retire(ctx, first)

	second := bench.Pod(ctx, lab.Using(claim))
	second.Must(ctx, witness.Run())
	bench.MustHold(ctx, second, written, payload.Core, payload.HardLinks)
})
