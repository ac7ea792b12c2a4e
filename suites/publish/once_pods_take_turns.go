package publish

import (
	"context"

	corev1 "k8s.io/api/core/v1"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/payload"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// OncePodsTakeTurns: the second pod waits and says why, and gets its turn and the data when the first has ended.
var OncePodsTakeTurns = catalogue.Requirement{
	ID:        "PUB-006",
	Level:     catalogue.Must,
	Statement: "a second pod of a ReadWriteOncePod claim stays Pending with the scheduler's reason until the first is gone",
	Source:    catalogue.API("core/v1/types.go", "can be mounted in read/write mode to exactly 1 pod"),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.ReadWriteOncePod},
	Mutants: []catalogue.Mutant{
		{Name: "once-pod-widened", Wrong: "a claim for one pod is a claim for one node"},
		catalogue.AlsoSpoilt(1), catalogue.AlsoSpoilt(3), catalogue.Spoilt(4),
	},
}

var _ = verify.That(OncePodsTakeTurns, func(ctx context.Context, bench *lab.Bench) {
	claim := bench.Claim(ctx, bench.Class(ctx), lab.Wanting(corev1.ReadWriteOncePod))
	first := bench.Pod(ctx, lab.Using(claim))
	first.Must(ctx, witness.Run())
	written := bench.Fill(ctx, first, payload.Small(1))
	second := bench.Pod(ctx, lab.Using(claim))
	second.Must(ctx, witness.BeUnschedulable(witness.OncePodTaken))

	bench.Delete(ctx, first)
	second.Recover(ctx, witness.Run())
	bench.MustHold(ctx, second, written, payload.Core)
})
