// Package publish judges what pods see of their volumes: the same files on every node and after every pod, for reading
// or for writing, in whole or in part.
package publish

import "csicert/framework/catalogue"

// Requirements of the area, in the order of their IDs.
var Requirements = []catalogue.Requirement{
	DataOutliveThePod,
	OwnersAndModesOutliveThePod,
	PodsOfSeveralNodesShare,
	ReadOnlyPodIsRefused,
	PodsOfOneNodeShare,
	OncePodsTakeTurns,
	VolumeBelongsToTheGroup,
	ClaimMovesToAnotherNode,
	PartsAreKeptApart,
	PodKeepsWhatAnotherLetsGo,
	UnknownMountOptionIsTold,
}
