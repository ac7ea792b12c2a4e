package topology

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/payload"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// BoundVolumeSteersItsPods: once the volume is somewhere, every later pod has to go there, although it would rather be
// elsewhere, and finds its data.
var BoundVolumeSteersItsPods = catalogue.Requirement{
	ID:        "TOPO-009",
	Level:     catalogue.Must,
	Statement: "a later pod of a claim runs in the segment of the claim's volume and finds its data",
	Source:    catalogue.API("core/v1/types.go", "nodeAffinity defines constraints that limit what nodes this volume can be accessed from. This field influences the scheduling of pods that use this volume."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.DelayedBinding, catalogue.Topology},
	Mutants: []catalogue.Mutant{
		{Name: "volume-without-topology", Wrong: "the driver does not say where the volume can be reached"},
		catalogue.AlsoSpoilt(4), catalogue.Spoilt(5),
	},
}

var _ = verify.That(BoundVolumeSteersItsPods, func(ctx context.Context, bench *lab.Bench) {
	class := bench.Class(ctx, lab.Delaying())
	segments := bench.SeveralSegments()
	here, there := segments[0], segments[1] // others in every run
	first := bench.Workload(ctx, class, lab.OnlyWhere(bench.SegmentKey(), here))
	first.Pod.Reach(ctx, witness.Run())
	written := bench.Fill(ctx, first.Pod, payload.Small(1))
	bench.Retire(ctx, first.Pod)

	later := bench.Pod(ctx, lab.Using(first.Claim), lab.Preferring(bench.SegmentKey(), there))
	mustBeIn(ctx, bench, first.Claim, later, here)
	bench.MustHold(ctx, later, written, payload.Core)
})
