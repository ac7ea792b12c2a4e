package topology

import (
	"context"
	"slices"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// ValuesAreAlternatives: all segments but one are allowed, and one that does not exist: each of them is served, the
// one left out is not.
var ValuesAreAlternatives = catalogue.Requirement{
	ID:        "TOPO-005",
	Level:     catalogue.Must,
	Statement: "several values of a key in allowedTopologies are alternatives, and a value left out is excluded",
	Source:    catalogue.API("core/v1/types.go", "An array of string values. One value must match the label to be selected. Each entry in Values is ORed."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.DelayedBinding, catalogue.Topology},
	Mutants: []catalogue.Mutant{
		{Name: "class-anywhere", Wrong: "the class has lost what it said of allowed topologies"},
		catalogue.AlsoSpoilt(4),
	},
}

var _ = verify.That(ValuesAreAlternatives, func(ctx context.Context, bench *lab.Bench) {
	segments := bench.SeveralSegments()
	inside, outside := segments[:len(segments)-1], segments[len(segments)-1]
	values := append(slices.Clone(inside), lab.Nowhere)
	class := bench.Class(ctx, lab.Delaying(), lab.AllowedIn(lab.Term{bench.SegmentKey(): values}))
	excluded := bench.Workload(ctx, class, lab.OnlyWhere(bench.SegmentKey(), outside))
	var all []lab.Workload
	for _, segment := range inside {
		all = append(all, bench.Workload(ctx, class, lab.OnlyWhere(bench.SegmentKey(), segment)))
	}
	for i, segment := range inside {
		mustBeIn(ctx, bench, all[i].Claim, all[i].Pod, segment)
	}
	excluded.Pod.Must(ctx, witness.BeUnschedulable(witness.NothingToBind))
})
