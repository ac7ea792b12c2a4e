package provisioning

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// VolumeIsAsLargeAsAsked: the claim's capacity is the driver's word.
var VolumeIsAsLargeAsAsked = catalogue.Requirement{
	ID:        "PROV-003",
	Level:     catalogue.Must,
	Statement: "a claim gets a volume of the driver's that has at least the bytes it asked for",
	Source:    catalogue.Reading("concepts/storage/persistent-volumes#capacity", "what a claim asks for is a minimum"),
	Needs:     []catalogue.Capability{catalogue.Driver},
	Mutants: []catalogue.Mutant{
		{Name: "volume-smaller-than-asked", Wrong: "the volume has half of the bytes that were asked for, and says so"},
	},
}

var _ = verify.That(VolumeIsAsLargeAsAsked, func(ctx context.Context, bench *lab.Bench) {
	class := bench.Class(ctx)
	claim := bench.Claim(ctx, class, lab.Asking("2Gi"))
	pod := bench.Pod(ctx, lab.Using(claim))
	claim.Must(ctx, witness.BeBound()) // a sidecar refuses a volume that says it is smaller
	pod.Reach(ctx, witness.Run())
	bench.Backing(claim).Must(ctx, witness.BeMadeBy(bench.Driver()))
	claim.Must(ctx, witness.HaveCapacity(2<<30))
})
