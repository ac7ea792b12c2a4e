package topology

import (
	"context"

	. "github.com/onsi/gomega"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// AffinityIsToldByRegisteredKeys: the scheduler compares a volume's affinity with labels of nodes: the keys that the
// driver registered on its nodes are labels there, those of its definition are among them, and no volume speaks of
// another.
var AffinityIsToldByRegisteredKeys = catalogue.Requirement{
	ID:        "TOPO-014",
	Level:     catalogue.Must,
	Statement: "the driver's topology keys are registered on its nodes and are labels of them, and its volumes are placed by these keys",
	Source:    catalogue.API("storage/v1/types.go", "Kubelet will expose these topology keys as labels on its own node object."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.Topology},
	Mutants: []catalogue.Mutant{
		{Name: "volume-of-unknown-key", Wrong: "the volume says where it is by a key that no node has"},
		catalogue.AlsoSpoilt(1),
	},
}

var _ = verify.That(AffinityIsToldByRegisteredKeys, func(ctx context.Context, bench *lab.Bench) {
	var registered []string
	on := bench.Registered(ctx, bench.Driver())
	for _, node := range bench.Nodes() {
		for _, key := range on[node.Name].TopologyKeys {
			Expect(node.Labels).To(HaveKey(key), "label of node %s", node.Name)
			registered = append(registered, key)
		}
	}
	Expect(registered).To(ContainElements(bench.TopologyKeys()), "keys of the definition")

	claim := bench.Claim(ctx, bench.Class(ctx))
	bench.Pod(ctx, lab.Using(claim))
	claim.Must(ctx, witness.BeBound())
	bench.Backing(claim).Must(ctx, witness.BePlacedByKeys(registered...))
})
