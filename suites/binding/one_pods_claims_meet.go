package binding

import (
	"context"

	. "github.com/onsi/gomega"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// OnePodsClaimsMeet: the best fitting volumes of two claims stand on different nodes; only a binding that knows
// the pod takes two that one node reaches.
var OnePodsClaimsMeet = catalogue.Requirement{
	ID:        "BIND-015",
	Level:     catalogue.Must,
	Statement: "two delayed claims of one pod are bound where one node reaches both",
	Source:    catalogue.API("storage/v1/types.go", "The volume provisioning and binding will occur during Pod scheduing."),
	Needs:     []catalogue.Capability{catalogue.LocalVolumes, catalogue.TwoNodes},
	Mutants: []catalogue.Mutant{
		{Name: "class-immediate", Wrong: "the class binds at once although it says that it waits"},
		catalogue.AlsoSpoilt(1), catalogue.AlsoSpoilt(2), catalogue.Spoilt(3),
	},
}

var _ = verify.That(OnePodsClaimsMeet, func(ctx context.Context, bench *lab.Bench) {
	class := bench.DelayedClass(ctx)
	here, there := bench.Nodes()[0], bench.Nodes()[1]
	bench.Volume(ctx, here, class, lab.OfSize("1Gi")) // best for the first claim, but alone on its node
	bench.Volume(ctx, there, class, lab.OfSize("2Gi"))
	bench.Volume(ctx, there, class, lab.OfSize("3Gi"))
	small, large := bench.Claim(ctx, class, lab.Asking("1Gi")), bench.Claim(ctx, class, lab.Asking("2Gi"))
	pod := bench.Pod(ctx, lab.Using(small, large))
	small.Must(ctx, witness.BeBound())
	large.Must(ctx, witness.BeBound())
	Expect([]lab.Node{bench.Home(small), bench.Home(large)}).To(HaveEach(there), "both claims on the node that has two volumes")
	pod.Must(ctx, witness.BeScheduledTo(there.Name))
})
