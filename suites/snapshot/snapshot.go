// Package snapshot judges snapshots and what is restored from them: above all, whether it is the same.
package snapshot

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/payload"
	"csicert/framework/witness"
)

// Requirements of the area, in the order of their IDs.
var Requirements = []catalogue.Requirement{
	RestoreIsExact,
	SnapshotIsOfOneMoment,
	SnapshotAndContentNameEachOther,
	RestoreSizeFits,
	RestoresAreIndependent,
	CloneIsExact,
	RestoreReachesEverySegment,
	TimesSurviveTheRestore,
}

// written is a claim of the class with a tree in it, and the pod that wrote it.
func written(ctx context.Context, bench *lab.Bench, class string, tree payload.Tree) (*lab.Claim, *lab.Pod, payload.Manifest) {
	claim := bench.Claim(ctx, class)
	pod := bench.Pod(ctx, lab.Using(claim))
	pod.Reach(ctx, witness.Run())
	return claim, pod, bench.Fill(ctx, pod, tree)
}

// cut is a snapshot of the claim that is ready to use.
func cut(ctx context.Context, bench *lab.Bench, class string, of *lab.Claim) *lab.Snapshot {
	snapshot := bench.Snapshot(ctx, class, of)
	snapshot.Must(ctx, witness.BeReadyToUse())
	return snapshot
}

// opened is a claim made with the options, and a pod that runs on it.
func opened(ctx context.Context, bench *lab.Bench, class string, options ...lab.ClaimOption) (*lab.Claim, *lab.Pod) {
	claim := bench.Claim(ctx, class, options...)
	pod := bench.Pod(ctx, lab.Using(claim))
	pod.Must(ctx, witness.Run())
	return claim, pod
}
