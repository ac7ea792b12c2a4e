package resilience

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// OneClaimLeavesOneVolume: a volume that was made, and whose making nobody was told of, must be found again under its
// name. Kubernetes cannot see one that was forgotten; where the driver says where it keeps volumes, the disks can. One kill
// comes as soon as the driver is asked, another when it has made something. Who gives a claim up while it is provisioned
// leaves nothing either: a volume of which the driver said that it could not be made may not be there later.
var OneClaimLeavesOneVolume = catalogue.Requirement{
	ID:        "RES-009",
	Level:     catalogue.Must,
	Statement: "claims asked for while the controller plugin is killed, or given up while they are provisioned, leave nothing on the driver's storage once they are deleted",
	Source:    catalogue.CSI("CreateVolume", "The Plugin SHOULD ensure that multiple `CreateVolume` calls for the same name do not result in more than one piece of storage provisioned corresponding to that name."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.Disruption},
	Surveys:   true,
	Mutants: []catalogue.Mutant{
		{Name: "volumes-made-twice-after-restart", Wrong: "a controller that was started again makes another volume for a claim that it does not remember, and forgets the first"},
		{Name: "failed-creation-goes-on", Wrong: "a volume is made some time after the driver said for good that it could not be", Further: true},
	},
}

var _ = verify.That(OneClaimLeavesOneVolume, func(ctx context.Context, bench *lab.Bench) {
	before := bench.Stock(ctx)
	class, controller := bench.Class(ctx), bench.ControllerPlugin(ctx)
	asked := func() []lab.Workload {
		return []lab.Workload{bench.Workload(ctx, class), bench.Workload(ctx, class), bench.Workload(ctx, class)}
	}
	all := asked()
	all[0].Reach(ctx, witness.BeUnderWay())
	bench.Kill(ctx, controller...).Return(ctx)
	early, again := bench.Stock(ctx), bench.ControllerPlugin(ctx)
	all = append(all, append(asked(), asked()...)...) // so many that some are on their way when the first has come
	bench.AwaitMore(ctx, early)
	bench.Kill(ctx, again...).Return(ctx)

	for range 2 {
		given := bench.Workload(ctx, class)
		given.Reach(ctx, witness.BeUnderWay())
		bench.Delete(ctx, given.Pod)
		bench.Delete(ctx, given.Claim)
	}
	all = append(all, bench.Workload(ctx, class)) // the fence: what was begun before it is made when it is

	var volumes []*lab.Volume
	for _, u := range all {
		u.Recover(ctx, witness.BeBound())
		u.Pod.Recover(ctx, witness.Run())
		volumes = append(volumes, bench.Backing(u.Claim))
		bench.Delete(ctx, u.Pod)
		bench.Delete(ctx, u.Claim)
	}
	for _, v := range volumes {
		v.Vanish(ctx)
	}
	bench.MustHoldNoMore(ctx, before)
})
