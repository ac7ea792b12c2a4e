package publish

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/payload"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// PartsAreKeptApart: two pods mount two folders of one claim, and neither sees the other's.
var PartsAreKeptApart = catalogue.Requirement{
	ID:        "PUB-009",
	Level:     catalogue.Must,
	Statement: "pods that mount different parts of a claim by subPath see their own part only",
	Source:    catalogue.API("core/v1/types.go", "Path within the volume from which the container's volume should be mounted."),
	Needs:     []catalogue.Capability{catalogue.Driver},
	Mutants: []catalogue.Mutant{
		{Name: "sub-path-dropped", Wrong: "pods that ask for a part of a volume get all of it"},
		catalogue.AlsoSpoilt(1), catalogue.Spoilt(3),
	},
}

var _ = verify.That(PartsAreKeptApart, func(ctx context.Context, bench *lab.Bench) {
	claim := bench.Claim(ctx, bench.Class(ctx))
	one := bench.Pod(ctx, lab.UsingPart(claim, "one"))
	one.Reach(ctx, witness.Run())
	other := bench.Pod(ctx, lab.UsingPart(claim, "other"), lab.OnlyOn(bench.NodeOf(one)))
	other.Must(ctx, witness.Run())
	inOne := bench.Fill(ctx, one, payload.Small(1))
	inOther := bench.Fill(ctx, other, payload.Small(2))
	bench.MustHold(ctx, one, inOne, payload.Core)
	bench.MustHold(ctx, other, inOther, payload.Core)
})
