package topology

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// FurtherKeySteers: a class may speak of a region, a rack or a host where the driver knows the label: the pod goes
// there, and the volume is in a segment of those nodes.
var FurtherKeySteers = catalogue.Requirement{
	ID:        "TOPO-008",
	Level:     catalogue.Must,
	Statement: "allowedTopologies by a further key of the driver, such as a region or a rack, decides where volume and pod are",
	Source:    catalogue.API("storage/v1/types.go", "When Kubernetes does topology aware provisioning, it can use this list to determine which labels it should retrieve from the node object and pass back to the driver."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.DelayedBinding, catalogue.Topology},
	Mutants: []catalogue.Mutant{
		{Name: "class-anywhere", Wrong: "the class has lost what it said of allowed topologies"},
		catalogue.AlsoSpoilt(1), catalogue.Spoilt(4),
	},
}

var _ = verify.That(FurtherKeySteers, func(ctx context.Context, bench *lab.Bench) {
	for _, further := range bench.FurtherKeys() {
		values := bench.ValuesOf(further)
		var all []lab.Workload
		for i, value := range values {
			class := bench.Class(ctx, lab.Delaying(), lab.AllowedIn(lab.Term{further: {value}}))
			all = append(all, bench.Workload(ctx, class, lab.Preferring(further, next(values, i))))
		}
		for i, value := range values {
			all[i].Claim.Must(ctx, witness.BeBound())
			bench.Backing(all[i].Claim).Must(ctx, witness.BeInSegment(bench.SegmentKey(), bench.SegmentsOf(further, value)...))
			all[i].Pod.Must(ctx, witness.BeScheduledTo(bench.Labelling(further, value)...))
			all[i].Pod.Must(ctx, witness.Run())
		}
	}
})
