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
}

// placed is a claim and the pod that uses it.
type placed struct {
	claim *lab.Claim
	pod   *lab.Pod
}

// place makes a claim of the class and a pod that uses it.
func place(ctx context.Context, bench *lab.Bench, class string, options ...lab.PodOption) placed {
	claim := bench.Claim(ctx, class)
	return placed{claim, bench.Pod(ctx, append([]lab.PodOption{lab.Using(claim)}, options...)...)}
}

// mustBeIn requires the claim's volume and its pod to be in the segment, and the pod to run.
func (p placed) mustBeIn(ctx context.Context, bench *lab.Bench, segment string) {
	p.claim.Must(ctx, witness.BeBound())
	bench.Backing(p.claim).Must(ctx, witness.BeInSegment(bench.SegmentKey(), segment))
	p.pod.Must(ctx, witness.BeScheduledTo(bench.Labelling(bench.SegmentKey(), segment)...))
	p.pod.Must(ctx, witness.Run())
}

// next is the value after the i-th, as one in a circle.
func next(values []string, i int) string { return values[(i+1)%len(values)] }
