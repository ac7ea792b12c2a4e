package provisioning

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// UnknownParameterIsRefused: a misspelt parameter is told on the claim and not ignored. That a claim of a class
// without it is provisioned shows that the driver had its chance.
var UnknownParameterIsRefused = catalogue.Requirement{
	ID:        "PROV-013",
	Level:     catalogue.Should,
	Statement: "a class with a parameter that the driver does not know leaves its claims Pending with the reason",
	Source:    catalogue.CSI("CreateVolume", "The Plugin is responsible for parsing and validating these parameters."),
	Needs:     []catalogue.Capability{catalogue.Driver},
	Mutants: []catalogue.Mutant{
		{Name: "unknown-parameters-accepted", Wrong: "parameters that the driver does not know are ignored"},
		catalogue.Spoilt(2),
	},
}

var _ = verify.That(UnknownParameterIsRefused, func(ctx context.Context, bench *lab.Bench) {
	claim := bench.Claim(ctx, bench.Class(ctx, lab.Saying("csicert-no-such-parameter", "whatever")))
	bench.Pod(ctx, lab.Using(claim))
	claim.Must(ctx, witness.BeRefusedProvisioning())
	claim.Throughout(ctx, witness.BeUnbound(), func() {
		bench.BindAnother(ctx, bench.Class(ctx))
	})
})
