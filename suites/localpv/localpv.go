// Package localpv judges local volumes: directories and disks of one node, which pods have to come to.
package localpv

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/witness"
)

// Requirements of the area, in the order of their IDs.
var Requirements = []catalogue.Requirement{
	VolumeNamesItsHost,
	PodRunsOnTheVolumesNode,
	VolumeOutweighsLoad,
	DataOutlivesThePod,
	TwoPodsShareTheVolume,
	ConflictingAffinityStaysPending,
	ConflictingSelectorStaysPending,
	ForcedPodIsRefused,
	MissingPathIsRefused,
	CordonedNodeTakesNoPod,
	ClaimFollowsThePod,
	SpreadSetGetsItsNodes,
	GatheredSetGetsOneNode,
	ReleasedVolumeIsNotHandedOn,
	NewClaimSeesNoOldData,
	VolumeBelongsToTheGroup,
	ReadOnlyPodCannotWrite,
	RetainedDataStay,
	DataLieWhereTheVolumeSays,
	ManyPodsFindTheirVolumes,
}

// homes waits until every claim of the set is bound and tells on which nodes their volumes are.
func homes(ctx context.Context, bench *lab.Bench, set *lab.Set) []lab.Node {
	var nodes []lab.Node
	for _, claim := range set.Claims {
		claim.Must(ctx, witness.BeBound())
		nodes = append(nodes, bench.Home(claim))
	}
	return nodes
}

// runOnTheirVolumes requires every pod of the set to run on the node of its own claim's volume.
func runOnTheirVolumes(ctx context.Context, bench *lab.Bench, set *lab.Set) {
	for i, pod := range set.Pods {
		pod.Must(ctx, witness.BeScheduledTo(bench.Home(set.Claims[i]).Name))
	}
	for _, pod := range set.Pods {
		pod.Must(ctx, witness.Run())
	}
}
