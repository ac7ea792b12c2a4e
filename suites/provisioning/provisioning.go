// Package provisioning judges how volumes come and go: when the driver makes one, for whom, what it is like, and what
// becomes of it when its claim is deleted.
package provisioning

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/witness"
)

// Requirements of the area, in the order of their IDs.
var Requirements = []catalogue.Requirement{
	DelayedClaimIsNotProvisioned,
	SelectedNodeIsThePods,
	UnschedulablePodProvisionsNothing,
	OnePodsClaimsAreAllProvisioned,
	ImmediateClaimNeedsNoPod,
	ClaimAndVolumeNameEachOther,
	VolumeIsLargeEnough,
	VolumeIsOfItsClass,
	EachClaimHasItsOwnVolume,
	NewVolumeHoldsNothingOld,
	DeletedClaimTakesItsVolume,
	RetainedVolumeServesAgain,
	UnknownParameterIsRefused,
	ForeignClaimIsLeftAlone,
	OpenClassBindsAtOnceAndDeletes,
	NamesakesAreKeptApart,
	LongNameIsNoObstacle,
}

// handle is the driver's own name for the volume that the claim is bound to.
func handle(ctx context.Context, bench *lab.Bench, claim *lab.Claim) string {
	claim.Must(ctx, witness.BeBound())
	return bench.VolumeHandle(ctx, claim)
}
