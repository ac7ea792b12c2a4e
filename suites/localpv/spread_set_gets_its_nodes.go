package localpv

import (
	"context"

	. "github.com/onsi/gomega"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
)

// SpreadSetGetsItsNodes: the best fitting volumes all stand on one node; only a binding that waits for the pods
// leaves them there and spreads.
var SpreadSetGetsItsNodes = catalogue.Requirement{
	ID:        "LOCAL-012",
	Level:     catalogue.Must,
	Statement: "a StatefulSet with anti-affinity runs on as many nodes as it has pods, each with a volume of its node",
	Source:    catalogue.API("core/v1/types.go", "If the anti-affinity requirements specified by this field are not met at scheduling time, the pod will not be scheduled onto the node."),
	Needs:     []catalogue.Capability{catalogue.LocalVolumes, catalogue.ThreeNodes},
	Mutants: []catalogue.Mutant{
		{Name: "class-immediate", Wrong: "the class binds at once although it says that it waits"},
		{Name: "spread-ignored", Wrong: "the pods of the set are drawn together instead of spread"},
		{Name: "affinity-next-node", Wrong: "the volume names another node than the one whose disk it is"},
	},
}

var _ = verify.That(SpreadSetGetsItsNodes, func(ctx context.Context, bench *lab.Bench) {
	nodes := bench.Nodes()[:3]
	class := bench.DelayedClass(ctx)
	for range nodes {
		bench.Volume(ctx, nodes[0], class, lab.OfSize("1Gi"))
	}
	bench.Volume(ctx, nodes[1], class, lab.OfSize("2Gi"))
	bench.Volume(ctx, nodes[2], class, lab.OfSize("2Gi"))

	set := bench.Set(ctx, len(nodes), class, lab.Spread)
	Expect(homes(ctx, bench, set)).To(ConsistOf(nodes), "each claim on a node of its own")
	runOnTheirVolumes(ctx, bench, set)
})
