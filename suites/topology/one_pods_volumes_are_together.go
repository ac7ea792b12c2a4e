package topology

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
)

// OnePodsVolumesAreTogether: two claims of one pod, in every segment in turn: both volumes are where the pod has to
// be.
var OnePodsVolumesAreTogether = catalogue.Requirement{
	ID:        "TOPO-012",
	Level:     catalogue.Must,
	Statement: "the volumes of one pod's claims are all made in the segment that the pod runs in",
	Source:    catalogue.API("storage/v1/types.go", "The volume provisioning and binding will occur during Pod scheduing."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.DelayedBinding, catalogue.Topology},
	Mutants: []catalogue.Mutant{
		{Name: "volumes-scattered", Wrong: "every second volume is made in another zone than the scheduler chose"},
		catalogue.AlsoSpoilt(4), catalogue.Spoilt(8),
	},
}

var _ = verify.That(OnePodsVolumesAreTogether, func(ctx context.Context, bench *lab.Bench) {
	class := bench.Class(ctx, lab.Delaying())
	segments := bench.SeveralSegments()
	var ones, others []lab.Workload
	for _, segment := range segments {
		one, other := bench.Claim(ctx, class), bench.Claim(ctx, class)
		pod := bench.Pod(ctx, lab.Using(one, other), lab.OnlyWhere(bench.SegmentKey(), segment))
		ones, others = append(ones, lab.Workload{Claim: one, Pod: pod}), append(others, lab.Workload{Claim: other, Pod: pod})
	}
	for i, segment := range segments {
		mustBeIn(ctx, bench, ones[i].Claim, ones[i].Pod, segment)
		mustBeIn(ctx, bench, others[i].Claim, others[i].Pod, segment)
	}
})
