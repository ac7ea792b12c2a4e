// Package binding judges how claims and volumes find each other: what decides a match, and when it is made.
package binding

import "csicert/framework/catalogue"

// Requirements of the area, in the order of their IDs.
var Requirements = []catalogue.Requirement{
	ClaimAndVolumeNameEachOther,
	OneClaimForOneVolume,
	SizeDecides,
	SmallestFitIsTaken,
	AccessModeDecides,
	ClassDecides,
	SelectorDecides,
	VolumeModeDecides,
	NoClassMeansNoClass,
	UnmatchedClaimWaits,
	NamedVolumeIsTaken,
	ReservedVolumeIsKept,
	DelayedClaimWaits,
	DelayedBindingAgreesWithThePod,
	OnePodsClaimsMeet,
	UnschedulablePodBindsNothing,
	ImmediateBindingMissesTheHost,
	DelayedBindingMeetsTheHost,
	ImmediateBindingMissesTheZone,
	DelayedBindingMeetsTheZone,
	MissingVolumesHaveTheirReason,
	UnboundImmediateClaimHoldsItsPod,
	ClaimInUseIsHeld,
	BoundVolumeIsHeld,
}
