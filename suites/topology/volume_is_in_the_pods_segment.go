package topology

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
)

// VolumeIsInThePodsSegment: in every segment in turn, for a hard-wired one is right now and then: the volume's
// affinity and the pod's node agree, and the pod really runs with it there.
var VolumeIsInThePodsSegment = catalogue.Requirement{
	ID:        "TOPO-001",
	Level:     catalogue.Must,
	Statement: "a delayed volume is made in the segment that its pod has to run in",
	Source:    catalogue.API("storage/v1/types.go", "The volume provisioning and binding will occur during Pod scheduing."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.DelayedBinding, catalogue.Topology},
	Mutants: []catalogue.Mutant{
		{Name: "volume-in-another-zone", Wrong: "the volume is made outside of the zone that the scheduler chose"},
		{Name: "volume-without-topology", Wrong: "the driver does not say where the volume can be reached"},
	},
}

var _ = verify.That(VolumeIsInThePodsSegment, func(ctx context.Context, bench *lab.Bench) {
	class := bench.Class(ctx, lab.Delaying())
	segments := bench.SeveralSegments()
	var all []lab.Workload
	for _, segment := range segments {
		all = append(all, bench.Workload(ctx, class, lab.OnlyWhere(bench.SegmentKey(), segment)))
	}
	for i, segment := range segments {
		mustBeIn(ctx, bench, all[i].Claim, all[i].Pod, segment)
	}
})
