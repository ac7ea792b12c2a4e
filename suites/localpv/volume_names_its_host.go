package localpv

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// VolumeNamesItsHost: what pins a local volume to its node is the node's host name, in every term of its
// affinity.
var VolumeNamesItsHost = catalogue.Requirement{
	ID:        "LOCAL-001",
	Level:     catalogue.Must,
	Statement: "a local volume's node affinity names its node by kubernetes.io/hostname",
	Source:    catalogue.API("core/v1/types.go", "Local represents directly-attached storage with node affinity"),
	Needs:     []catalogue.Capability{catalogue.LocalVolumes},
	Mutants: []catalogue.Mutant{
		{Name: "affinity-any-node", Wrong: "the volume says that every node can reach it"},
		{Name: "affinity-next-node", Wrong: "the volume names another node than the one whose disk it is"},
		{Name: "host-path-without-affinity", Wrong: "the volume is a path of whichever node the pod comes to"},
	},
}

var _ = verify.That(VolumeNamesItsHost, func(ctx context.Context, bench *lab.Bench) {
	class := bench.DelayedClass(ctx)
	for _, node := range bench.OnePerZone() {
		bench.Volume(ctx, node, class).Must(ctx, witness.BePinnedToHost(node.Host))
	}
})
