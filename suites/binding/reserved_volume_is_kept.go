package binding

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// ReservedVolumeIsKept: a volume that names a claim waits for it, though another claim would fit; then it is
// bound to the claim that it names.
var ReservedVolumeIsKept = catalogue.Requirement{
	ID:        "BIND-012",
	Level:     catalogue.Must,
	Statement: "a volume that is reserved for a claim is bound to no other",
	Source:    catalogue.Docs("concepts/storage/persistent-volumes#reserving-a-persistentvolume", "If you want a PVC to bind to a specific PV, you need to pre-bind them."),
	Mutants: []catalogue.Mutant{
		{Name: "reservation-dropped", Wrong: "the volume loses the name of the claim that it is kept for"},
		catalogue.AlsoSpoilt(2), catalogue.Spoilt(3),
	},
}

var _ = verify.That(ReservedVolumeIsKept, func(ctx context.Context, bench *lab.Bench) {
	class := bench.ImmediateClass(ctx)
	reserved := bench.Volume(ctx, bench.Node(), class, lab.OfSize("1Gi"), bench.ReservedFor("guest"))
	stranger := bench.Claim(ctx, class)
	stranger.Must(ctx, witness.BeWithoutMatch())
	free := bench.Volume(ctx, bench.Node(), class, lab.OfSize("2Gi"))
	stranger.Must(ctx, witness.BeBoundTo(free.Name()))
	bench.Claim(ctx, class, lab.Called("guest")).Must(ctx, witness.BeBoundTo(reserved.Name()))
})
