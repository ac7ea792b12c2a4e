// Package topology judges whether storage and the pods that use it end in the same place: by the volume's node affinity,
// by the node that the pod runs on, and by the pod's really running with the volume there.
package topology

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/witness"
)

// Requirements of the area, in the order of their IDs.
var Requirements = []catalogue.Requirement{
	VolumeIsInThePodsSegment,
	ClassSteersVolumeAndPod,
	ImmediateVolumeObeysItsClass,
	WrongZoneIsCuredByAnotherClass,
	ValuesAreAlternatives,
	TermsAreAlternatives,
	KeysOfATermAllHold,
	FurtherKeySteers,
	BoundVolumeSteersItsPods,
	PodElsewhereStaysPending,
	SelectorAgainstTheClass,
	OnePodsVolumesAreTogether,
	SetSpreadsOverSegments,
	AffinityIsToldByRegisteredKeys,
	EmptySegmentLetsItsPodGo,
}

// mustBeIn requires the claim's volume and its pod to be in the segment, and the pod to run.
func mustBeIn(ctx context.Context, bench *lab.Bench, claim *lab.Claim, pod *lab.Pod, segment string) {
	claim.Must(ctx, witness.BeBound())
	bench.Backing(claim).Must(ctx, witness.BeInSegment(bench.SegmentKey(), segment))
	pod.Must(ctx, witness.BeScheduledTo(bench.Labelling(bench.SegmentKey(), segment)...))
	pod.Must(ctx, witness.Run())
}

// next is the value after the i-th, as one in a circle.
func next(values []string, i int) string { return values[(i+1)%len(values)] }
