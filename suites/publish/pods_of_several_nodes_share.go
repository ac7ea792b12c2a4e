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

// PodsOfSeveralNodesShare: three pods, on as many nodes as can reach the volume, write one after the other, and each
// comes to see what all wrote.
var PodsOfSeveralNodesShare = catalogue.Requirement{
	ID:        "PUB-003",
	Level:     catalogue.Must,
	Statement: "pods on different nodes that share a ReadWriteMany volume see each other's files",
	Source:    catalogue.API("core/v1/types.go", "can be mounted in read/write mode to many hosts"),
	Needs:     []catalogue.Capability{catalogue.Driver, catalogue.ReadWriteMany, catalogue.TwoNodes},
	Mutants: []catalogue.Mutant{
		{Name: "mount-missing", Wrong: "the volume is not mounted and pods write to the node's own disk"},
		{Name: "data-path-swapped", Wrong: "each pod sees a sub-directory of its own on the volume"},
		catalogue.AlsoSpoilt(1),
	},
}

var _ = verify.That(PodsOfSeveralNodesShare, func(ctx context.Context, bench *lab.Bench) {
	nodes := bench.Neighbours()
	claim := bench.Claim(ctx, bench.Class(ctx), lab.Wanting(corev1.ReadWriteMany))
	var pods []*lab.Pod
	for i := range 3 {
		pods = append(pods, bench.Pod(ctx, lab.Using(claim), lab.OnlyOn(nodes[i%len(nodes)])))
	}
	for _, pod := range pods {
		pod.Must(ctx, witness.Run())
	}
	all := bench.Digest(ctx, pods[0])
	for i, pod := range pods {
		tree := payload.Small(int64(i))
		bench.Fill(ctx, pod, tree)
		all = bench.Joined(ctx, all, tree)
	}
	for _, pod := range pods {
		bench.MustSee(ctx, pod, all, payload.Content, payload.Links, payload.Modes)
	}
})
