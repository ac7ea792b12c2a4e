package provisioning

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// ImmediateClaimNeedsNoPod: the volume is there before anybody asks where it will be used; a pod then goes to it.
var ImmediateClaimNeedsNoPod = catalogue.Requirement{
	ID:        "PROV-005",
	Level:     catalogue.Must,
	Statement: "a claim of an Immediate class is provisioned without a pod, and a pod can use it",
	Source:    catalogue.API("storage/v1/types.go", "VolumeBindingImmediate indicates that PersistentVolumeClaims should be immediately provisioned and bound. This is the default mode."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.ImmediateBinding},
	Mutants: []catalogue.Mutant{
		{Name: "class-delayed", Wrong: "the class waits although it says that it binds at once"},
		catalogue.Spoilt(2),
	},
}

var _ = verify.That(ImmediateClaimNeedsNoPod, func(ctx context.Context, bench *lab.Bench) {
	claim := bench.Claim(ctx, bench.Class(ctx, lab.AtOnce()))
	claim.Must(ctx, witness.BeBound())
	bench.Pod(ctx, lab.Using(claim)).Must(ctx, witness.Run())
})
