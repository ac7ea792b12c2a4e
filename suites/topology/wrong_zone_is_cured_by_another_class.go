package topology

import (
	"context"

	. "github.com/onsi/gomega"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// WrongZoneIsCuredByAnotherClass: the story that every user lives through once. The class says a zone that no node is
// in; the claim waits, the pod says why, nothing is made. Another class of the same name says a zone that is there,
// the pod is made again, and everything runs.
var WrongZoneIsCuredByAnotherClass = catalogue.Requirement{
	ID:        "TOPO-004",
	Level:     catalogue.Must,
	Statement: "a class for a segment that no node is in keeps its pod Pending with the scheduler's reason, until a better class takes its place",
	Source:    catalogue.API("storage/v1/types.go", "allowedTopologies restrict the node topologies where volumes can be dynamically provisioned."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.DelayedBinding, catalogue.Topology},
	Mutants: []catalogue.Mutant{
		{Name: "class-anywhere", Wrong: "the class has lost what it said of allowed topologies"},
		catalogue.AlsoSpoilt(2), catalogue.AlsoSpoilt(3), catalogue.Spoilt(7),
	},
}

var _ = verify.That(WrongZoneIsCuredByAnotherClass, func(ctx context.Context, bench *lab.Bench) {
	segments := bench.SeveralSegments()
	class := bench.Class(ctx, lab.Delaying(), lab.AllowedIn(lab.Term{bench.SegmentKey(): {lab.Nowhere}}))
	stuck := bench.Workload(ctx, class)
	stuck.Pod.Must(ctx, witness.BeUnschedulable(witness.NothingToBind))
	stuck.Claim.Throughout(ctx, witness.BeUnbound(), func() {
		bench.BindAnother(ctx, bench.Class(ctx, lab.Delaying()))
	})
	Expect(bench.MadeFor(stuck.Claim)).To(BeEmpty(), "nothing is made where nobody can use it")

	bench.Retire(ctx, stuck.Pod)
	bench.DropClass(ctx, class)
	bench.Class(ctx, lab.InPlaceOf(class), lab.Delaying(), lab.AllowedIn(lab.Term{bench.SegmentKey(): {segments[0]}}))
	cured := lab.Workload{Claim: stuck.Claim, Pod: bench.Pod(ctx, lab.Using(stuck.Claim))}
	cured.Claim.Recover(ctx, witness.BeBound())
	mustBeIn(ctx, bench, cured.Claim, cured.Pod, segments[0])
})
