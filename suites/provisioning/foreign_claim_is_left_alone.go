package provisioning

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// ForeignClaimIsLeftAlone: a class that names another provisioner is not the driver's, and its claim says whom it
// waits for. The fence is a claim of the driver's own.
var ForeignClaimIsLeftAlone = catalogue.Requirement{
	ID:        "PROV-014",
	Level:     catalogue.Must,
	Statement: "a claim whose class names another provisioner stays Pending and says whom it waits for",
	Source:    catalogue.API("storage/v1/types.go", "provisioner indicates the type of the provisioner."),
	Needs:     []catalogue.Capability{catalogue.Driver},
	Mutants: []catalogue.Mutant{
		{Name: "class-provisioner-swapped", Wrong: "the class names another provisioner than was asked for"},
		catalogue.Spoilt(2),
	},
}

var _ = verify.That(ForeignClaimIsLeftAlone, func(ctx context.Context, bench *lab.Bench) {
	const nobody = "nobody.csicert.dev"
	claim := bench.Claim(ctx, bench.Class(ctx, lab.OfProvisioner(nobody), lab.AtOnce()))
	claim.Must(ctx, witness.BeWaitingForProvisioner(nobody))
	claim.Throughout(ctx, witness.BeUnbound(), func() {
		bench.BindAnother(ctx, bench.Class(ctx))
	})
})
