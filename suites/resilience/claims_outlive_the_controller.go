package resilience

import (
	"context"

	. "github.com/onsi/gomega"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/payload"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// ClaimsOutliveTheController: a volume is there from before, some claims are asked for just before the kill, and some
// while nobody answers. A process that remembers nothing must not hand out what is in use, nor clear it away.
var ClaimsOutliveTheController = catalogue.Requirement{
	ID:        "RES-001",
	Level:     catalogue.Must,
	Statement: "claims asked for while the controller plugin is killed each get a volume of their own, and volumes from before keep their data",
	Source:    catalogue.CSI("CreateVolume", "the CO MAY call `CreateVolume` again, with the same name, to ensure the volume exists and to retrieve the volume's `volume_id`"),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.Disruption},
	Mutants: []catalogue.Mutant{
		{Name: "numbers-begin-again-after-restart", Wrong: "a controller that was started again counts its volumes from one, and hands out one that is in use"},
		catalogue.Spoilt(22),
	},
}

var _ = verify.That(ClaimsOutliveTheController, func(ctx context.Context, bench *lab.Bench) {
	class, controller := bench.Class(ctx), bench.ControllerPlugin(ctx)
	early := bench.Opened(ctx, class, payload.Small(0))
	var late []lab.Workload
	for range several {
		late = append(late, bench.Workload(ctx, class))
	}
	late[0].Reach(ctx, witness.BeUnderWay())
	killed := bench.Kill(ctx, controller...)
	for range several {
		late = append(late, bench.Workload(ctx, class))
	}
	killed.Return(ctx)

	owners := map[string]string{handleOf(ctx, bench, early.Claim): early.Name()}
	for _, u := range late {
		handle := handleOf(ctx, bench, u.Claim)
		Expect(owners).NotTo(HaveKey(handle), u.Name()+" has a volume that another claim has, too")
		owners[handle] = u.Name()
	}
	bench.MustHold(ctx, early.Pod, early.Written, payload.Core)
	for i, u := range late {
		u.Pod.Recover(ctx, witness.Run())
		late[i].Written = bench.MustFill(ctx, u.Pod, payload.Small(int64(i+1)))
	}
	for _, u := range late {
		bench.MustHold(ctx, u.Pod, u.Written, payload.Core)
	}
})
