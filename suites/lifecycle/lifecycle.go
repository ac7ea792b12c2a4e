// Package lifecycle judges what happens to claims and volumes between their beginning and their end: that what is used
// is held, what is deleted goes alone, and what grows keeps its data.
package lifecycle

import "csicert/framework/catalogue"

// Requirements of the area, in the order of their IDs.
var Requirements = []catalogue.Requirement{
	DriverIsRegisteredWhereItIsUsed,
	ClaimInUseIsHeld,
	BoundVolumeIsHeld,
	DeletionSparesTheNeighbours,
	ClaimGrowsInUse,
	ShrinkingIsRefused,
	ClassForbidsGrowth,
	EphemeralVolumeEndsWithItsPod,
	SetKeepsItsData,
}
