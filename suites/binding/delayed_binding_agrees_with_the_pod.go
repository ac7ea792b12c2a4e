package binding

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// DelayedBindingAgreesWithThePod: pod and volume end on one node, in every zone in turn: by the volume's
// affinity and by where the storage really is.
var DelayedBindingAgreesWithThePod = catalogue.Requirement{
	ID:        "BIND-014",
	Level:     catalogue.Must,
	Statement: "with delayed binding the claim is bound on the node that its pod runs on",
	Source:    catalogue.API("storage/v1/types.go", "The volume provisioning and binding will occur during Pod scheduing."),
	Needs:     []catalogue.Capability{catalogue.LocalVolumes, catalogue.TwoNodes},
	Mutants: []catalogue.Mutant{
		{Name: "affinity-next-node", Wrong: "the volume names another node than the one whose disk it is"},
		catalogue.AlsoSpoilt(1), catalogue.Spoilt(3),
	},
}

var _ = verify.That(DelayedBindingAgreesWithThePod, func(ctx context.Context, bench *lab.Bench) {
	class := bench.DelayedClass(ctx)
	for _, node := range bench.OnePerZone() {
		bench.Volume(ctx, node, class)
	}
	for range bench.OnePerZone() {
		claim := bench.Claim(ctx, class)
		pod := bench.Pod(ctx, lab.Using(claim))
		claim.Must(ctx, witness.BeBound())
		pod.Must(ctx, witness.BeScheduledTo(bench.Home(claim).Name))
		pod.Must(ctx, witness.Run())
	}
})
