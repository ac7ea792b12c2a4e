package lifecycle

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/payload"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// SetKeepsItsData: the pods of a StatefulSet are deleted, and those that take their places find what their
// predecessors wrote, each its own.
var SetKeepsItsData = catalogue.Requirement{
	ID:        "LIFE-009",
	Level:     catalogue.Must,
	Statement: "the pods of a StatefulSet find the data of their predecessors when they are made again",
	Source:    catalogue.API("apps/v1/types.go", "The StatefulSet controller is responsible for mapping network identities to claims in a way that maintains the identity of a pod."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.TwoNodes},
	Mutants: []catalogue.Mutant{
		{Name: "data-lost-when-unpublished", Wrong: "a volume's files are removed when its pod ends"},
		{Name: "claim-on-empty-dir", Wrong: "pods get a directory of their own instead of the volume"},
	},
}

var _ = verify.That(SetKeepsItsData, func(ctx context.Context, bench *lab.Bench) {
	set := bench.Set(ctx, 2, bench.Class(ctx), lab.Spread)
	var written []payload.Manifest
	for i, pod := range set.Pods {
		pod.Reach(ctx, witness.Run())
		written = append(written, bench.Fill(ctx, pod, payload.Small(int64(i))))
	}
	for i, pod := range set.Pods {
		former := pod.Now().UID
		bench.Delete(ctx, pod)
		pod.Recover(ctx, witness.RunInPlaceOf(former))
		bench.MustHold(ctx, pod, written[i], payload.Core)
	}
})
