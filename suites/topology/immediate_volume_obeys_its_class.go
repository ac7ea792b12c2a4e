package topology

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// ImmediateVolumeObeysItsClass: without a pod the class alone decides; the pod that comes later has to go to the
// volume, although it would rather be elsewhere.
var ImmediateVolumeObeysItsClass = catalogue.Requirement{
	ID:        "TOPO-003",
	Level:     catalogue.Must,
	Statement: "allowedTopologies of an Immediate class decides where the volume is made, and the pod follows it",
	Source:    catalogue.CSI("CreateVolume", "Specifies where (regions, zones, racks, etc.) the provisioned volume MUST be accessible from."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.ImmediateBinding, catalogue.Topology},
	Mutants: []catalogue.Mutant{
		{Name: "volume-in-another-zone", Wrong: "the volume is made outside of the zone that the scheduler chose"},
		{Name: "volume-without-topology", Wrong: "the driver does not say where the volume can be reached"},
		catalogue.AlsoSpoilt(1), catalogue.Spoilt(6),
	},
}

var _ = verify.That(ImmediateVolumeObeysItsClass, func(ctx context.Context, bench *lab.Bench) {
	segments := bench.SeveralSegments()
	for i, segment := range segments {
		class := bench.Class(ctx, lab.AtOnce(), lab.AllowedIn(lab.Term{bench.SegmentKey(): {segment}}))
		claim := bench.Claim(ctx, class)
		claim.Must(ctx, witness.BeBound())
		bench.Backing(claim).Must(ctx, witness.BeInSegment(bench.SegmentKey(), segment))
		pod := bench.Pod(ctx, lab.Using(claim), lab.Preferring(bench.SegmentKey(), next(segments, i)))
		mustBeIn(ctx, bench, claim, pod, segment)
	}
})
