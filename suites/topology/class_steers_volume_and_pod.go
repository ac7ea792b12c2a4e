package topology

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
)

// ClassSteersVolumeAndPod: the class names one segment, the pod would rather be in another: both volume and pod go
// where the class says.
var ClassSteersVolumeAndPod = catalogue.Requirement{
	ID:        "TOPO-002",
	Level:     catalogue.Must,
	Statement: "allowedTopologies of a delayed class decides where the volume is made and where its pod runs",
	Source:    catalogue.API("storage/v1/types.go", "allowedTopologies restrict the node topologies where volumes can be dynamically provisioned."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.DelayedBinding, catalogue.Topology},
	Mutants: []catalogue.Mutant{
		{Name: "class-anywhere", Wrong: "the class has lost what it said of allowed topologies"},
		{Name: "volume-in-another-zone", Wrong: "the volume is made outside of the zone that the scheduler chose"},
	},
}

var _ = verify.That(ClassSteersVolumeAndPod, func(ctx context.Context, bench *lab.Bench) {
	segments := bench.SeveralSegments()
	var all []lab.Workload
	for i, segment := range segments {
		class := bench.Class(ctx, lab.Delaying(), lab.AllowedIn(lab.Term{bench.SegmentKey(): {segment}}))
		all = append(all, bench.Workload(ctx, class, lab.Preferring(bench.SegmentKey(), next(segments, i))))
	}
	for i, segment := range segments {
		mustBeIn(ctx, bench, all[i].Claim, all[i].Pod, segment)
	}
})
