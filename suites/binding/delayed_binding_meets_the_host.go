package binding

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// DelayedBindingMeetsTheHost: the first accident, prevented: the same volumes and the same pod, and the pod
// runs.
var DelayedBindingMeetsTheHost = catalogue.Requirement{
	ID:        "BIND-018",
	Level:     catalogue.Must,
	Statement: "with delayed binding the same pod gets the volume of its own node and runs",
	Source:    catalogue.API("storage/v1/types.go", "The volume provisioning and binding will occur during Pod scheduing."),
	Needs:     []catalogue.Capability{catalogue.LocalVolumes, catalogue.TwoNodes},
	Mutants: []catalogue.Mutant{
		{Name: "class-immediate", Wrong: "the class binds at once although it says that it waits"},
		catalogue.Spoilt(2),
	},
}

var _ = verify.That(DelayedBindingMeetsTheHost, func(ctx context.Context, bench *lab.Bench) {
	here, there := bench.Nodes()[0], bench.Nodes()[1]
	class := bench.DelayedClass(ctx)
	bench.Volume(ctx, there, class, lab.OfSize("1Gi"))
	own := bench.Volume(ctx, here, class, lab.OfSize("2Gi"))
	claim := bench.Claim(ctx, class)
	pod := bench.Pod(ctx, lab.Using(claim), lab.OnlyOn(here))
	claim.Must(ctx, witness.BeBoundTo(own.Name()))
	pod.Must(ctx, witness.Run())
})
