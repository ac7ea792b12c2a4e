package protocol

import (
	"context"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"csicert/framework/catalogue"
	source "csicert/framework/judgements"
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
	SecretsStayOutOfTheLog.ID:                 secretsStayOutOfTheLog,
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

// Every defect that a requirement names is caught by the requirement's own judgement, and every single judgement has caught one:
// what no mutant ever made fail may as well not be there.
func TestEveryMutantIsKilled(t *testing.T) {
	var mu sync.Mutex
	caught := map[string][]string{} // by the judgement's place: which mutants
	t.Run("mutants", func(t *testing.T) {
		for _, r := range Requirements {
			for _, m := range r.Mutants {
				t.Run(string(r.ID)+"/"+m.Name, func(t *testing.T) {
					t.Parallel()
					o, _ := newSite(t, nil).judged(t, judgements[r.ID], m.Name, 2*time.Second)
					if o.kind != failed {
						t.Fatalf("it is not seen that %s: %s: %s", m.Wrong, o.kind, o.text)
					}
					t.Logf("at %s: %s", o.at, o.text)
					mu.Lock()
					defer mu.Unlock()
					caught[o.at] = append(caught[o.at], string(r.ID)+"/"+m.Name)
				})
			}
		}
	})
	t.Run("judgements", func(t *testing.T) { // not where single mutants are asked for
		all, err := source.Of(filepath.Join("..", ".."))
		if err != nil {
			t.Fatal(err)
		}
		here := slices.DeleteFunc(all, func(j source.Judgement) bool { return !strings.HasPrefix(j.At, folder) })
		if len(here) == 0 {
			t.Error("no judgement is found in " + folder)
		}
		for _, draft := range source.Drafts(here, slices.Collect(maps.Keys(caught))) {
			t.Errorf("%s: no mutant was caught by this %s", draft.At, draft.Call)
		}
		for at, by := range caught {
			if !slices.ContainsFunc(here, func(j source.Judgement) bool { return j.At == at }) {
				t.Errorf("%s: mutants %s were caught here, where no judgement is found", at, strings.Join(by, ", "))
			}
		}
	})
}
