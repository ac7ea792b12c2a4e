package topology

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// KeysOfATermAllHold: two keys in one term narrow each other down; where no node has both there is no place, whichever
// of the two is wrong.
var KeysOfATermAllHold = catalogue.Requirement{
	ID:        "TOPO-007",
	Level:     catalogue.Must,
	Statement: "several keys in one term of allowedTopologies have to hold together",
	Source:    catalogue.API("core/v1/types.go", "A null or empty topology selector term matches no objects. The requirements of them are ANDed."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.DelayedBinding, catalogue.Topology},
	Mutants: []catalogue.Mutant{
		{Name: "allowed-topologies-cut", Wrong: "of the allowed topologies only the first term and in it the first key are left"},
		catalogue.AlsoSpoilt(4), catalogue.AlsoSpoilt(5), catalogue.Spoilt(7),
	},
}

var _ = verify.That(KeysOfATermAllHold, func(ctx context.Context, bench *lab.Bench) {
	node := bench.Node()
	segment, here := bench.SegmentKey(), bench.SegmentOf(node)
	of := func(t lab.Term) string { return bench.Class(ctx, lab.Delaying(), lab.AllowedIn(t)) }
	for _, further := range bench.FurtherKeys() {
		value := node.Labels[further]
		both := bench.Workload(ctx, of(lab.Term{segment: {here}, further: {value}}))
		wrong := bench.Workload(ctx, of(lab.Term{segment: {lab.Nowhere}, further: {value}}))
		alsoWrong := bench.Workload(ctx, of(lab.Term{segment: {here}, further: {lab.Nowhere}}))

		mustBeIn(ctx, bench, both.Claim, both.Pod, here)
		both.Pod.Must(ctx, witness.BeScheduledTo(bench.Labelling(further, value)...))
		wrong.Pod.Must(ctx, witness.BeUnschedulable(witness.NothingToBind))
		alsoWrong.Pod.Must(ctx, witness.BeUnschedulable(witness.NothingToBind))
	}
})
