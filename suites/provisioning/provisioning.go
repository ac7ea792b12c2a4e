// Package provisioning judges what a CSI driver makes of claims: when, where, how large, and whose.
package provisioning

import "csicert/framework/catalogue"

// Requirements of the area, in the order of their IDs.
var Requirements = []catalogue.Requirement{
	NothingBeforeAConsumer,
	VolumeMeetsItsPod,
	VolumeIsAsLargeAsAsked,
	EveryClaimItsOwnVolume,
	ClaimGrowsUnderItsPod,
	ReadOnlyClaimKeepsWritersOut,
}
