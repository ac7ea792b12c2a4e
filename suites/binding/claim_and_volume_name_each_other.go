package binding

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// ClaimAndVolumeNameEachOther: a binding has two halves; the volume's has the claim's UID, for a name alone
// could be another claim's.
var ClaimAndVolumeNameEachOther = catalogue.Requirement{
	ID:        "BIND-001",
	Level:     catalogue.Must,
	Statement: "a bound claim and its volume name each other, the volume by the claim's UID",
	Source:    catalogue.API("core/v1/types.go", "claimRef is part of a bi-directional binding between PersistentVolume and PersistentVolumeClaim."),
	Mutants: []catalogue.Mutant{
		{Name: "claim-ref-without-uid", Wrong: "the volume remembers its claim by name only"},
		catalogue.AlsoSpoilt(1),
	},
}

var _ = verify.That(ClaimAndVolumeNameEachOther, func(ctx context.Context, bench *lab.Bench) {
	class := bench.ImmediateClass(ctx)
	volume := bench.Volume(ctx, bench.Node(), class)
	claim := bench.Claim(ctx, class)
	claim.Must(ctx, witness.BeBoundTo(volume.Name()))
	volume.Must(ctx, witness.BeBoundToClaim(claim.Now()))
})
