// Package protocol judges what Kubernetes hides: a driver's Controller service is called at its own socket, with calls that
// repeat, collide, are given up or name what is not there. The judgements know a CO and no cluster, so that the tests of
// this package make them of the bundled driver in their own process.
package protocol

import (
	"context"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/orchestrator"
	"csicert/framework/verify"
)

// Requirements of the area, in the order of their IDs.
var Requirements = []catalogue.Requirement{
	RepeatedVolumeIsTheSame,
	NameWithAnotherSizeConflicts,
	NameWithAnotherSourceConflicts,
	LongNamesAreToldApart,
	OversizedNamesAreNotCut,
	SimilarNamesAreToldApart,
	EveryAllowedNameIsAccepted,
	LimitIsHonoured,
	UnknownSnapshotIsNoSource,
	UnknownVolumeIsNoSource,
	DeletionIsRepeatable,
	DeletionHitsOneVolume,
	UnknownVolumeIsNotConfirmed,
	UnknownVolumeIsNotExpanded,
	ExpansionIsRepeatable,
	RepeatedSnapshotIsTheSame,
	SnapshotNameWithAnotherVolumeConflicts,
	UnknownVolumeIsNotCut,
	SnapshotDeletionIsRepeatable,
	SnapshotDeletionHitsOneSnapshot,
	SnapshotIsListedByItsID,
	SimultaneousCreationsMakeOneVolume,
	SimultaneousCreationsAreKeptApart,
	SimultaneousDeletionsEndWell,
	SimultaneousCutsMakeOneSnapshot,
	CancelledCreationIsResumed,
	CancelledCutIsResumed,
	LostAnswerLeavesOneVolume,
	PagesHoldEveryVolumeOnce,
	SanityPasses,
	SecretsStayOutOfTheLog,
}

// direct has a judgement made at the socket of the driver on the cluster.
func direct(judge func(context.Context, *orchestrator.CO)) verify.Judge {
	return func(ctx context.Context, bench *lab.Bench) { judge(ctx, bench.Orchestrator(ctx)) }
}

// calls are made at one moment.
const calls = 8
