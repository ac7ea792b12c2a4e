package localpv

import (
	"context"

	. "github.com/onsi/gomega"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
)

// GatheredSetGetsOneNode: the best fitting volumes stand on different nodes; only a binding that waits for the
// pods finds the volumes of one node.
var GatheredSetGetsOneNode = catalogue.Requirement{
	ID:        "LOCAL-013",
	Level:     catalogue.Must,
	Statement: "a StatefulSet with affinity runs on one node, with volumes of that node",
	Source:    catalogue.API("core/v1/types.go", "If the affinity requirements specified by this field are not met at scheduling time, the pod will not be scheduled onto the node."),
	Needs:     []catalogue.Capability{catalogue.LocalVolumes, catalogue.ThreeNodes},
	Mutants: []catalogue.Mutant{
		{Name: "class-immediate", Wrong: "the class binds at once although it says that it waits"},
		{Name: "together-ignored", Wrong: "the pods of the set are spread instead of drawn together"},
		{Name: "affinity-next-node", Wrong: "the volume names another node than the one whose disk it is"},
	},
}

var _ = verify.That(GatheredSetGetsOneNode, func(ctx context.Context, bench *lab.Bench) {
	nodes := bench.Nodes()[:3]
	class := bench.DelayedClass(ctx)
	for _, n := range nodes {
		bench.Volume(ctx, n, class, lab.OfSize("1Gi"))
		bench.Volume(ctx, n, class, lab.OfSize("2Gi"))
		bench.Volume(ctx, n, class, lab.OfSize("2Gi"))
	}

	set := bench.Set(ctx, len(nodes), class, lab.Together)
	Expect(homes(ctx, bench, set)).To(HaveEach(bench.Home(set.Claims[0])), "all claims on one node")
	runOnTheirVolumes(ctx, bench, set)
})
