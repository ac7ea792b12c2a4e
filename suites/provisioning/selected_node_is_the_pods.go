package provisioning

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// SelectedNodeIsThePods: the scheduler tells its choice to the provisioner on the claim, and the volume is such that
// the pod then runs there.
var SelectedNodeIsThePods = catalogue.Requirement{
	ID:        "PROV-002",
	Level:     catalogue.Must,
	Statement: "a delayed claim is provisioned for the node that the scheduler selected, and its pod runs on that node",
	Source:    catalogue.API("storage/v1/types.go", "The volume provisioning and binding will occur during Pod scheduing."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.DelayedBinding},
	Mutants: []catalogue.Mutant{
		{Name: "class-immediate", Wrong: "the class binds at once although it says that it waits"},
		{Name: "volume-in-another-zone", Wrong: "the volume is made outside of the zone that the scheduler chose"},
		catalogue.AlsoSpoilt(1), catalogue.AlsoSpoilt(2),
	},
}

var _ = verify.That(SelectedNodeIsThePods, func(ctx context.Context, bench *lab.Bench) {
	claim := bench.Claim(ctx, bench.Class(ctx, lab.Delaying()))
	pod := bench.Pod(ctx, lab.Using(claim))
	claim.Must(ctx, witness.BeBound())
	pod.Must(ctx, witness.Run())
	claim.Must(ctx, witness.BeSelectedFor(bench.NodeOf(pod).Name))
})
