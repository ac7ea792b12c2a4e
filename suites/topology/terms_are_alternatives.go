package topology

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
)

// TermsAreAlternatives: two terms allow two segments, the second as much as the first.
var TermsAreAlternatives = catalogue.Requirement{
	ID:        "TOPO-006",
	Level:     catalogue.Must,
	Statement: "several terms of allowedTopologies are alternatives",
	Source:    catalogue.Reading("storage/v1/types.go: AllowedTopologies", "an empty list means no restriction, so each term of the list adds places where volumes may be"),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.DelayedBinding, catalogue.Topology},
	Mutants: []catalogue.Mutant{
		{Name: "allowed-topologies-cut", Wrong: "of the allowed topologies only the first term and in it the first key are left"},
	},
}

var _ = verify.That(TermsAreAlternatives, func(ctx context.Context, bench *lab.Bench) {
	segments := bench.SeveralSegments()[:2]
	class := bench.Class(ctx, lab.Delaying(), lab.AllowedIn(
		lab.Term{bench.SegmentKey(): {segments[0]}},
		lab.Term{bench.SegmentKey(): {segments[1]}}))
	var all []lab.Workload
	for _, segment := range segments {
		all = append(all, bench.Workload(ctx, class, lab.OnlyWhere(bench.SegmentKey(), segment)))
	}
	for i, segment := range segments {
		mustBeIn(ctx, bench, all[i].Claim, all[i].Pod, segment)
	}
})
