package provisioning

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// VolumeMeetsItsPod: in every segment in turn: the volume's node affinity, the pod's node, and data that are really there agree.
var VolumeMeetsItsPod = catalogue.Requirement{
	ID:        "PROV-002",
	Level:     catalogue.Must,
	Statement: "a volume is provisioned in the segment that its pod has to run in, and says so",
	Source:    catalogue.Reading("concepts/storage/storage-classes#volume-binding-mode", "volumes are provisioned conforming to the topology that is specified by the pod's scheduling constraints"),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.DelayedBinding, catalogue.Topology, catalogue.TwoZones},
	Mutants: []catalogue.Mutant{
		{Name: "volume-in-another-zone", Wrong: "the volume is made outside of the zone that the scheduler chose"},
		{Name: "volume-without-topology", Wrong: "the answer does not say where the volume can be reached"},
	},
}

var _ = verify.That(VolumeMeetsItsPod, func(ctx context.Context, bench *lab.Bench) {
	class := bench.Class(ctx, lab.Delaying())
	for _, segment := range bench.Segments() {
		claim := bench.Claim(ctx, class)
		pod := bench.Pod(ctx, lab.Using(claim), lab.OnlyWhere(bench.SegmentKey(), segment))
		claim.Must(ctx, witness.BeBound())
		bench.Backing(claim).Must(ctx, witness.BeInSegment(bench.SegmentKey(), segment))
		pod.Must(ctx, witness.BeScheduledTo(bench.Labelling(bench.SegmentKey(), segment)...))
		pod.Must(ctx, witness.Run())
	}
})
