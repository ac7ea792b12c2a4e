package localpv

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/verify"
	"csicert/framework/witness"
)

// ManyPodsFindTheirVolumes: pods with two claims each, all at once; the scheduler may promise no volume twice
// and no pair across nodes.
var ManyPodsFindTheirVolumes = catalogue.Requirement{
	ID:        "LOCAL-020",
	Level:     catalogue.Must,
	Statement: "many pods at once, with two claims each, all run with both volumes on their own node",
	Source:    catalogue.Reading("storage/v1/types.go: WaitForFirstConsumer", "binding occurs during pod scheduling, so pods that are scheduled at the same moment must not be promised the same volume"),
	Needs:     []catalogue.Capability{catalogue.LocalVolumes, catalogue.TwoNodes},
	Mutants: []catalogue.Mutant{
		{Name: "class-immediate", Wrong: "the class binds at once although it says that it waits"},
		catalogue.AlsoSpoilt(1),
	},
}

var _ = verify.That(ManyPodsFindTheirVolumes, func(ctx context.Context, bench *lab.Bench) {
	const pods, each = 4, 2
	class := bench.DelayedClass(ctx)
	for _, node := range bench.Nodes() {
		for range pods * each / 2 { // half of the pods fit on any one node
			bench.Volume(ctx, node, class)
		}
	}
	var all []*lab.Claim
	var users []*lab.Pod
	for range pods {
		pair := []*lab.Claim{bench.Claim(ctx, class), bench.Claim(ctx, class)}
		users = append(users, bench.Pod(ctx, lab.Using(pair...)))
		all = append(all, pair...)
	}
	for i, claim := range all {
		claim.Must(ctx, witness.BeBound())
		users[i/each].Must(ctx, witness.BeScheduledTo(bench.Home(claim).Name))
	}
})
