package topology

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// EmptySegmentLetsItsPodGo: the scheduler knows nothing of storage, and may send a pod where its class has none. The
// driver's answer decides what comes of that: RESOURCE_EXHAUSTED has the provisioner take the choice of the node back,
// any other error leaves the claim tied to it. A driver that publishes its capacity keeps the pod from there before, and
// one whose sidecar does not insist on the node's segment makes the volume elsewhere at once.
var EmptySegmentLetsItsPodGo = catalogue.Requirement{
	ID:        "TOPO-015",
	Level:     catalogue.Must,
	Statement: "a claim whose pod was sent to a segment without storage is let go, and is bound where a later pod finds storage, with nothing left behind",
	Source:    catalogue.CSI("CreateVolume", "although the `accessible_topology` field is valid, a new volume can not be provisioned with the specified topology constraints"),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.DelayedBinding, catalogue.Topology, catalogue.PartialStorage},
	Mutants: []catalogue.Mutant{
		{Name: "empty-segment-ignored", Wrong: "the volume is made where its class has no storage", Further: true},
		{Name: "empty-segment-is-internal", Wrong: "that a class has no storage in the zone is told as an internal error, for which nobody looks elsewhere"},
		{Name: "empty-segment-keeps-volume", Wrong: "a volume for which the class has no storage in the zone is left behind there, and another is made elsewhere"},
		catalogue.AlsoSpoilt(1), catalogue.AlsoSpoilt(5),
	},
}

var _ = verify.That(EmptySegmentLetsItsPodGo, func(ctx context.Context, bench *lab.Bench) {
	class, with, without := bench.PartlyStored(ctx)
	sent := bench.Workload(ctx, class, lab.OnlyWhere(bench.SegmentKey(), without))
	sent.Pod.Must(ctx, witness.BeTurnedAway(witness.NoStorageThere))
	bench.Retire(ctx, sent.Pod)

	later := bench.Pod(ctx, lab.Using(sent.Claim), lab.OnlyAmong(bench.SegmentKey(), with...))
	sent.Claim.Recover(ctx, witness.BeBound())
	bench.Backing(sent.Claim).Must(ctx, witness.BeInSegment(bench.SegmentKey(), with...))
	later.Must(ctx, witness.BeScheduledTo(bench.Labelling(bench.SegmentKey(), with...)...))
	later.Must(ctx, witness.Run())

	volume := bench.Backing(sent.Claim)
	bench.Retire(ctx, later)
	bench.Delete(ctx, sent.Claim)
	volume.Gone(ctx)
	bench.MustLeaveNothing(ctx)
})
