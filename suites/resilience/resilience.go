// Package resilience judges what a crash leaves behind: the driver's processes, the snapshot controller's and a kubelet are killed
// in the middle of their work, as the kernel does when memory runs out. Nothing may be lost, nothing made twice, and what
// was asked for has to come.
package resilience

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/payload"
	"csicert/framework/witness"
)

// Requirements of the area, in the order of their IDs.
var Requirements = []catalogue.Requirement{
	ClaimsOutliveTheController,
	SnapshotsOutliveTheControllers,
	RestoresOutliveTheStorage,
	DeletionsOutliveTheController,
	SnapshotDeletionsOutliveTheControllers,
	RunningPodOutlivesTheNodePlugin,
	PodsComeAndGoDespiteTheNodePlugin,
	DataOutliveTheServers,
	OneClaimLeavesOneVolume,
	RunningPodOutlivesTheKubelet,
}

// several things are asked for at once: some are done when the kill comes, some are under way, some not yet begun.
const several = 3

// copiesKeep is what every copy has: names, types, bytes, link targets.
const copiesKeep = payload.Content | payload.Links

// mustHold requires the copy to come and to be whole.
func mustHold(ctx context.Context, bench *lab.Bench, w lab.Workload) {
	w.RecoverRun(ctx)
	bench.MustHold(ctx, w.Pod, w.Written, copiesKeep)
}

// handleOf is the storage's own name for the volume of the claim, which must come to be bound.
func handleOf(ctx context.Context, bench *lab.Bench, claim *lab.Claim) string {
	claim.Recover(ctx, witness.BeBound())
	return bench.VolumeHandle(ctx, claim)
}

// filled are several workloads that were opened beside each other and have written something of their own; their pods are
// gone.
func filled(ctx context.Context, bench *lab.Bench, class string) []lab.Workload {
	var all []lab.Workload
	for range several {
		all = append(all, bench.Workload(ctx, class))
	}
	for i := range all {
		all[i].ReachRun(ctx)
		all[i].Written = bench.Fill(ctx, all[i].Pod, payload.Small(int64(i+1)))
		bench.Delete(ctx, all[i].Pod)
	}
	for _, w := range all {
		w.Pod.Gone(ctx)
	}
	return all
}
