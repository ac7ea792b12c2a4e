package topology

import (
	"context"

	. "github.com/onsi/gomega"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// SelectorAgainstTheClass: the class says here and the pod says there: nothing is made, and the pod says why. The
// fence is a claim of the class whose pod asks for nothing; then the first claim gets a pod that agrees.
var SelectorAgainstTheClass = catalogue.Requirement{
	ID:        "TOPO-011",
	Level:     catalogue.Must,
	Statement: "a pod whose nodeSelector contradicts its class's allowedTopologies stays Pending with the scheduler's reason, and nothing is provisioned",
	Source:    catalogue.API("storage/v1/types.go", "allowedTopologies restrict the node topologies where volumes can be dynamically provisioned."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.DelayedBinding, catalogue.Topology},
	Mutants: []catalogue.Mutant{
		{Name: "class-anywhere", Wrong: "the class has lost what it said of allowed topologies"},
		{Name: "pod-forgets-its-nodes", Wrong: "the pod has lost what it said of the nodes that it may run on"},
		catalogue.AlsoSpoilt(2), catalogue.Spoilt(6),
	},
}

var _ = verify.That(SelectorAgainstTheClass, func(ctx context.Context, bench *lab.Bench) {
	segments := bench.SeveralSegments()
	here, there := segments[0], segments[1]
	class := bench.Class(ctx, lab.Delaying(), lab.AllowedIn(lab.Term{bench.SegmentKey(): {here}}))
	stuck := bench.Workload(ctx, class, lab.OnlyWhere(bench.SegmentKey(), there))
	stuck.Pod.Must(ctx, witness.BeUnschedulable(witness.NothingToBind))
	stuck.Claim.Throughout(ctx, witness.BeUnbound(), func() {
		bench.BindAnother(ctx, class)
	})
	Expect(bench.MadeFor(stuck.Claim)).To(BeEmpty(), "nothing is made for a pod that may not use it")

	agreeing := bench.Pod(ctx, lab.Using(stuck.Claim), lab.OnlyWhere(bench.SegmentKey(), here))
	mustBeIn(ctx, bench, stuck.Claim, agreeing, here)
})
