package provisioning

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// ClaimAndVolumeNameEachOther: the binding has two halves, and the volume tells by which driver and handle its storage
// is found again.
var ClaimAndVolumeNameEachOther = catalogue.Requirement{
	ID:        "PROV-006",
	Level:     catalogue.Must,
	Statement: "a provisioned volume and its claim name each other, and the volume names the driver and its handle",
	Source:    catalogue.API("core/v1/types.go", "claimRef is part of a bi-directional binding between PersistentVolume and PersistentVolumeClaim. Expected to be non-nil when bound."),
	Needs:     []catalogue.Capability{catalogue.Driver},
	Mutants: []catalogue.Mutant{
		{Name: "volume-without-handle", Wrong: "the driver gives the volume no handle"},
		catalogue.AlsoSpoilt(2), catalogue.Spoilt(3),
	},
}

var _ = verify.That(ClaimAndVolumeNameEachOther, func(ctx context.Context, bench *lab.Bench) {
	claim := bench.Claim(ctx, bench.Class(ctx))
	bench.Pod(ctx, lab.Using(claim))
	claim.Must(ctx, witness.BeBound())
	volume := bench.Backing(claim)
	volume.Must(ctx, witness.BeBoundToClaim(claim.Now()))
	volume.Must(ctx, witness.BeMadeBy(bench.Driver()))
})
