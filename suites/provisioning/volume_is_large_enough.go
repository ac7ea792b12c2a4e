package provisioning

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// VolumeIsLargeEnough: more than was asked for is allowed, less is not, on the claim and on the volume.
var VolumeIsLargeEnough = catalogue.Requirement{
	ID:        "PROV-007",
	Level:     catalogue.Must,
	Statement: "a provisioned volume has at least the bytes that its claim asked for",
	Source:    catalogue.CSI("CreateVolume", "Volume MUST be at least this big."),
	Needs:     []catalogue.Capability{catalogue.Driver},
	Mutants: []catalogue.Mutant{
		{Name: "volume-smaller-than-asked", Wrong: "the volume has half of the bytes that were asked for"},
		catalogue.Spoilt(2),
	},
}

var _ = verify.That(VolumeIsLargeEnough, func(ctx context.Context, bench *lab.Bench) {
	asked := bench.Bytes(2)
	claim := bench.Claim(ctx, bench.Class(ctx), lab.AskingBytes(asked))
	bench.Pod(ctx, lab.Using(claim))
	claim.Must(ctx, witness.HaveCapacity(asked))
	bench.Backing(claim).Must(ctx, witness.HaveRoom(asked))
})
