// Package snapshot judges snapshots, what is restored from them, and clones: exact copies of one moment, that live and
// die apart from their source.
package snapshot

import (
	"context"

	. "github.com/onsi/gomega"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/payload"
	"csicert/framework/witness"
)

// Requirements of the area, in the order of their IDs.
var Requirements = []catalogue.Requirement{
	RestoreHoldsItsSource,
	RestoreKeepsOwnersAndModes,
	RestoreKeepsTimes,
	RestoreKeepsHardLinks,
	RestoreKeepsHoles,
	SnapshotIsOfItsMoment,
	TwoSnapshotsHoldTwoStates,
	ReadyMeansRestorable,
	SnapshotAndContentNameEachOther,
	CreationTimeIsOfTheCut,
	RestoreSizeFitsTheSource,
	RestoreSizeIsTold,
	LargerRestoreIsLarger,
	SmallerClaimIsRefused,
	SnapshotOutlivesItsSource,
	RestoresAreIndependent,
	RestoreSparesItsSnapshot,
	RestoreAndSourceAreIndependent,
	RestoreRunsBesideItsSource,
	RestoreIsSnapshotted,
	DeletedSnapshotSparesTheRest,
	DeletedSnapshotTakesItsContent,
	RetainedSnapshotStays,
	RetainedSnapshotIsImported,
	UnknownClassIsAnError,
	SnapshotWaitsForItsClaim,
	SnapshotWaitsForBinding,
	RestoreWaitsForItsSnapshot,
	CloneHoldsItsSource,
	CloneIsIndependent,
	RestoreGoesElsewhere,
	NeededSnapshotIsHeld,
	RestoreByReference,
	SourceIsHeldDuringTheCut,
	SnapshotsAreIndependent,
	DeletedRestoreSparesItsSnapshot,
	RestoreOutlivesItsOrigins,
	CloneKeepsOwnersAndModes,
	CloneOutlivesItsSource,
	LargerCloneIsLarger,
}

// files is what every copy has: names, types, bytes, link targets. What not all storage keeps has requirements of its
// own.
const files = payload.Content | payload.Links

// cut is a snapshot that is ready.
func cut(ctx context.Context, bench *lab.Bench, class string, of *lab.Claim) *lab.Snapshot {
	s := bench.Snapshot(ctx, class, of)
	s.Reach(ctx, witness.BeReadyToUse())
	return s
}

// reopened is a new pod with an origin, which must run.
func reopened(ctx context.Context, bench *lab.Bench, of lab.Workload) *lab.Pod {
	pod := bench.Pod(ctx, lab.Using(of.Claim))
	pod.Must(ctx, witness.Run())
	return pod
}

// drop takes the copy away before its source goes: some controllers forget a source whose deletion they held up.
func drop(ctx context.Context, bench *lab.Bench, copy lab.Workload) {
	bench.Retire(ctx, copy.Pod)
	bench.Retire(ctx, copy.Claim)
}

// mustPart requires a copy of the source, which was filled with the tree, to be a volume of its own while both are in use.
func mustPart(ctx context.Context, bench *lab.Bench, source, twin lab.Workload, tree payload.Tree) {
	twin.ReachRun(ctx)
	changed := bench.Change(ctx, twin.Pod, tree)
	Expect(changed).NotTo(witness.HoldExactly(source.Written, files), "nothing changed: this run could not tell")
	owner := reopened(ctx, bench, source)
	bench.MustHold(ctx, owner, source.Written, files)

	bench.Fill(ctx, owner, payload.Small(2))
	bench.MustHold(ctx, twin.Pod, changed, files)
}
