package topology

import (
	"context"

	. "github.com/onsi/gomega"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// SetSpreadsOverSegments: pods that have to be apart have their volumes apart, and each comes back to its own when it
// is made again.
var SetSpreadsOverSegments = catalogue.Requirement{
	ID:        "TOPO-013",
	Level:     catalogue.Must,
	Statement: "a StatefulSet with anti-affinity by segment has each pod and its volume in a segment of their own, to which the pod returns",
	Source:    catalogue.API("apps/v1/types.go", "The StatefulSet controller is responsible for mapping network identities to claims in a way that maintains the identity of a pod."),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.DelayedBinding, catalogue.Topology},
	Mutants: []catalogue.Mutant{
		{Name: "volume-without-topology", Wrong: "the driver does not say where the volume can be reached"},
		{Name: "spread-ignored", Wrong: "the pods of the set are drawn together instead of spread"},
		catalogue.Spoilt(21), // in three segments, as the proof has them
	},
}

var _ = verify.That(SetSpreadsOverSegments, func(ctx context.Context, bench *lab.Bench) {
	key, segments := bench.SegmentKey(), bench.SeveralSegments()
	set := bench.SetOver(ctx, key, min(len(segments), 3), bench.Class(ctx, lab.Delaying()))
	var taken []string
	for i, pod := range set.Pods {
		pod.Must(ctx, witness.Run())
		segment := bench.SegmentOf(bench.NodeOf(pod))
		mustBeIn(ctx, bench, set.Claims[i], pod, segment)
		Expect(taken).NotTo(ContainElement(segment), "each pod in a segment of its own")
		taken = append(taken, segment)
	}
	for i, pod := range set.Pods {
		former := pod.Now().UID
		bench.Delete(ctx, pod)
		pod.Recover(ctx, witness.RunInPlaceOf(former))
		pod.Must(ctx, witness.BeScheduledTo(bench.Labelling(key, taken[i])...))
	}
})
