package protocol

import (
	"context"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"csicert/framework/catalogue"
	"csicert/framework/orchestrator"
	"csicert/framework/verify"
)

// SecretsStayOutOfTheLog: logs are read by many who may not have the storage's password, and are sent to others.
var SecretsStayOutOfTheLog = catalogue.Requirement{
	ID:        "PROT-031",
	Level:     catalogue.Must,
	Statement: "a secret that CreateVolume and DeleteVolume calls hand to the driver is in none of its logs",
	Source:    catalogue.CSI("csi_secret", "and MUST be treated as such (e.g. not logged)."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.DriverSocket},
	Mutants: []catalogue.Mutant{
		{Name: "secrets-logged", Wrong: "calls are written to the log as they came, with their secrets"},
	},
}

var _ = verify.That(SecretsStayOutOfTheLog, direct(secretsStayOutOfTheLog))

func secretsStayOutOfTheLog(ctx context.Context, co *orchestrator.CO) {
	co.NeedAny(ctx) // else a refusal would not be for the secret
	secrets, canary := co.Handed(co.Options.Volume)
	co.Options.Volume.Secrets = secrets
	if v, err := co.Create(ctx, co.NewVolume(co.Name(""))); status.Code(err) == codes.InvalidArgument {
		co.Unsupported("the driver refuses secrets that it does not know")
	} else if err != nil {
		co.Blocked("CreateVolume with a secret", err.Error())
	} else if err := co.Delete(ctx, v.GetVolumeId()); err != nil {
		co.Blocked("DeleteVolume with a secret", err.Error())
	}
	co.MustNotLog(ctx, canary)
}
