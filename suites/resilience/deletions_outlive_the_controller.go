package resilience

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/payload"
	"csicert/framework/verify"
)

// DeletionsOutliveTheController: some claims are deleted just before the kill, one while nobody answers. A neighbour that
// is in use stays as it is.
var DeletionsOutliveTheController = catalogue.Requirement{
	ID:        "RES-004",
	Level:     catalogue.Must,
	Statement: "the volumes of claims that are deleted while the controller plugin is killed are removed, and no others",
	Source:    catalogue.CSI("DeleteVolume", "If a volume corresponding to the specified `volume_id` does not exist or the artifacts associated with the volume do not exist anymore, the Plugin MUST reply `0 OK`."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.Disruption},
	Mutants: []catalogue.Mutant{
		{Name: "volumes-undeletable-after-restart", Wrong: "a controller that was started again does not delete a volume that it does not remember", Long: true},
		catalogue.Spoilt(4),
	},
}

var _ = verify.That(DeletionsOutliveTheController, func(ctx context.Context, bench *lab.Bench) {
	class, controller := bench.Class(ctx), bench.ControllerPlugin(ctx)
	neighbour := bench.Opened(ctx, class, payload.Small(0))
	going := filled(ctx, bench, class)
	var volumes []*lab.Volume
	for _, u := range going {
		volumes = append(volumes, bench.Backing(u.Claim))
	}
	last := len(going) - 1
	for _, u := range going[:last] {
		bench.Delete(ctx, u.Claim)
	}
	killed := bench.Kill(ctx, controller...)
	bench.Delete(ctx, going[last].Claim)
	killed.Return(ctx)

	for _, v := range volumes {
		v.Vanish(ctx)
	}
	bench.MustHold(ctx, neighbour.Pod, neighbour.Written, payload.Core)
})
