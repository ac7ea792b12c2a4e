package publish

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/payload"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// DataOutliveThePod: the successor finds every file as the first pod left it.
var DataOutliveThePod = catalogue.Requirement{
	ID:        "PUB-001",
	Level:     catalogue.Must,
	Statement: "what a pod wrote to a volume is read by its successor, exactly",
	Source:    catalogue.Docs("concepts/storage/persistent-volumes#introduction", "PVs are volume plugins like Volumes, but have a lifecycle independent of any individual Pod that uses the PV."),
	Needs:     []catalogue.Capability{catalogue.Driver},
	Mutants: []catalogue.Mutant{
		{Name: "data-lost-when-unpublished", Wrong: "a volume's files are removed when its pod ends"},
		{Name: "claim-on-empty-dir", Wrong: "pods get a directory of their own instead of the volume"},
		{Name: "data-path-swapped", Wrong: "each pod sees a sub-directory of its own on the volume"},
		catalogue.AlsoSpoilt(1),
	},
}

var _ = verify.That(DataOutliveThePod, func(ctx context.Context, bench *lab.Bench) {
	claim := bench.Claim(ctx, bench.Class(ctx))
	first := bench.Pod(ctx, lab.Using(claim))
	first.Reach(ctx, witness.Run())
	written := bench.Fill(ctx, first, payload.Small(1))
	bench.Retire(ctx, first)

	second := bench.Pod(ctx, lab.Using(claim))
	second.Must(ctx, witness.Run())
	bench.MustHold(ctx, second, written, payload.Core)
})
