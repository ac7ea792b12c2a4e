package localpv

import (
	"context"

	corev1 "k8s.io/api/core/v1"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// ReleasedVolumeIsNotHandedOn: a claim of the same name is another claim. That a fresh volume is bound shows
// that the binder had its chance.
var ReleasedVolumeIsNotHandedOn = catalogue.Requirement{
	ID:        "LOCAL-014",
	Level:     catalogue.Must,
	Statement: "a released volume is not bound to another claim, not even to one of the same name",
	Source:    catalogue.Docs("concepts/storage/persistent-volumes#retain", "But it is not yet available for another claim because the previous claimant's data remains on the volume."),
	Needs:     []catalogue.Capability{catalogue.LocalVolumes},
	Mutants: []catalogue.Mutant{
		{Name: "released-volume-freed", Wrong: "somebody makes every released volume available again"},
		catalogue.AlsoSpoilt(1), catalogue.Spoilt(3),
	},
}

var _ = verify.That(ReleasedVolumeIsNotHandedOn, func(ctx context.Context, bench *lab.Bench) {
	class := bench.ImmediateClass(ctx)
	used := bench.Volume(ctx, bench.Node(), class, lab.OfSize("1Gi"))
	first := bench.Claim(ctx, class, lab.Called("tenant"))
	first.Reach(ctx, witness.BeBoundTo(used.Name()))
	used.Reach(ctx, witness.BeInPhase(corev1.VolumeBound))
	bench.Retire(ctx, first)
	used.Reach(ctx, witness.HaveLeft(corev1.VolumeBound)) // else it has no chance to be handed on

	second := bench.Claim(ctx, class, lab.Called("tenant"))
	second.Must(ctx, witness.BeWithoutMatch())
	fresh := bench.Volume(ctx, bench.Node(), class, lab.OfSize("2Gi")) // the used one would fit better
	second.Must(ctx, witness.BeBoundTo(fresh.Name()))
	used.Must(ctx, witness.BeInPhase(corev1.VolumeReleased))
})
