package protocol

import (
	"context"
	"testing"
	"time"

	"csicert/framework/catalogue"
	"csicert/framework/orchestrator"
)

type judgement = func(context.Context, *orchestrator.CO)

// judgements are all that can be made without a cluster.
var judgements = map[catalogue.ID]judgement{
	RepeatedVolumeIsTheSame.ID:                repeatedVolumeIsTheSame,
	NameWithAnotherSizeConflicts.ID:           nameWithAnotherSizeConflicts,
	NameWithAnotherSourceConflicts.ID:         nameWithAnotherSourceConflicts,
	LongNamesAreToldApart.ID:                  longNamesAreToldApart,
	OversizedNamesAreNotCut.ID:                oversizedNamesAreNotCut,
	SimilarNamesAreToldApart.ID:               similarNamesAreToldApart,
	EveryAllowedNameIsAccepted.ID:             everyAllowedNameIsAccepted,
	LimitIsHonoured.ID:                        limitIsHonoured,
	UnknownSnapshotIsNoSource.ID:              unknownSnapshotIsNoSource,
	UnknownVolumeIsNoSource.ID:                unknownVolumeIsNoSource,
	DeletionIsRepeatable.ID:                   deletionIsRepeatable,
	DeletionHitsOneVolume.ID:                  deletionHitsOneVolume,
	UnknownVolumeIsNotConfirmed.ID:            unknownVolumeIsNotConfirmed,
	UnknownVolumeIsNotExpanded.ID:             unknownVolumeIsNotExpanded,
	ExpansionIsRepeatable.ID:                  expansionIsRepeatable,
	RepeatedSnapshotIsTheSame.ID:              repeatedSnapshotIsTheSame,
	SnapshotNameWithAnotherVolumeConflicts.ID: snapshotNameWithAnotherVolumeConflicts,
	UnknownVolumeIsNotCut.ID:                  unknownVolumeIsNotCut,
	SnapshotDeletionIsRepeatable.ID:           snapshotDeletionIsRepeatable,
	SnapshotDeletionHitsOneSnapshot.ID:        snapshotDeletionHitsOneSnapshot,
	SnapshotIsListedByItsID.ID:                snapshotIsListedByItsID,
	SimultaneousCreationsMakeOneVolume.ID:     simultaneousCreationsMakeOneVolume,
	SimultaneousCreationsAreKeptApart.ID:      simultaneousCreationsAreKeptApart,
	SimultaneousDeletionsEndWell.ID:           simultaneousDeletionsEndWell,
	SimultaneousCutsMakeOneSnapshot.ID:        simultaneousCutsMakeOneSnapshot,
	CancelledCreationIsResumed.ID:             cancelledCreationIsResumed,
	CancelledCutIsResumed.ID:                  cancelledCutIsResumed,
	LostAnswerLeavesOneVolume.ID:              lostAnswerLeavesOneVolume,
	SanityPasses.ID:                           sanityPasses,
	PagesHoldEveryVolumeOnce.ID:               pagesHoldEveryVolumeOnce,
}

// The bundled driver keeps every requirement, and nothing is left of the judgement.
func TestTheHonestDriverPasses(t *testing.T) {
	for _, r := range Requirements {
		t.Run(string(r.ID), func(t *testing.T) {
			t.Parallel()
			s := newSite(t, nil)
			o, undone := s.judged(t, judgements[r.ID], "", 10*time.Second)
			if o.kind != passed || undone != nil {
				t.Errorf("%s: %s; undoing: %v", o.kind, o.text, undone)
			}
			if n, err := s.left(t.Context()); n != 0 || err != nil {
				t.Errorf("%d volumes and snapshots are left (%v)", n, err)
			}
		})
	}
}

// Every defect that a requirement names is caught by the requirement's own judgement.
func TestEveryMutantIsKilled(t *testing.T) {
	for _, r := range Requirements {
		for _, m := range r.Mutants {
			t.Run(string(r.ID)+"/"+m.Name, func(t *testing.T) {
				t.Parallel()
				o, _ := newSite(t, nil).judged(t, judgements[r.ID], m.Name, 2*time.Second)
				if o.kind != failed {
					t.Fatalf("it is not seen that %s: %s: %s", m.Wrong, o.kind, o.text)
				}
				t.Log(o.text)
			})
		}
	}
}
