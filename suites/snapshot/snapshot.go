// Package snapshot judges snapshots, what is restored from them, and clones: exact copies of one moment, that live and
// die apart from their source.
package snapshot

import (
	"context"

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
}

// files is what every copy has: names, types, bytes, link targets. What not all storage keeps has requirements of its
// own.
const files = payload.Content | payload.Links

// origin is a volume with files in it, from which copies are made.
type origin struct {
	*lab.Claim
	class   string
	written payload.Manifest
	beside  lab.PodOption // where a copy can be reached even if it has to be where its origin is
}

// opened is an origin of the class, and the pod that uses it.
func opened(ctx context.Context, bench *lab.Bench, class string, tree payload.Tree, options ...lab.PodOption) (origin, *lab.Pod) {
	claim := bench.Claim(ctx, class)
	pod := bench.Pod(ctx, append(options, lab.Using(claim))...)
	claim.Reach(ctx, witness.BeBound())
	pod.Reach(ctx, witness.Run())
	written := bench.Fill(ctx, pod, tree)
	return origin{Claim: claim, class: class, written: written, beside: bench.Beside(ctx, claim)}, pod
}

// filled is an origin that no pod uses any more: everything is on its storage.
func filled(ctx context.Context, bench *lab.Bench, class string, tree payload.Tree, options ...lab.PodOption) origin {
	o, pod := opened(ctx, bench, class, tree, options...)
	retire(ctx, bench, pod)
	return o
}

// retire ends a pod.
func retire(ctx context.Context, bench *lab.Bench, pod *lab.Pod) {
	bench.Delete(ctx, pod)
	pod.Gone(ctx)
}

// cut is a snapshot that is ready.
func cut(ctx context.Context, bench *lab.Bench, class string, of *lab.Claim) *lab.Snapshot {
	s := bench.Snapshot(ctx, class, of)
	s.Reach(ctx, witness.BeReadyToUse())
	return s
}

// replica is a claim that is filled from a source, and a pod that uses it.
type replica struct {
	*lab.Claim
	pod *lab.Pod
}

// copied asks for a copy of the origin, as large as that one, and for a pod beside it. It does not wait.
func copied(ctx context.Context, bench *lab.Bench, of origin, from lab.ClaimOption, options ...lab.ClaimOption) replica {
	claim := bench.Claim(ctx, of.class, append([]lab.ClaimOption{lab.AsLargeAs(of.Claim), from}, options...)...)
	return replica{claim, bench.Pod(ctx, lab.Using(claim), of.beside)}
}

// mustRun requires the copy to be bound and to be used.
func (r replica) mustRun(ctx context.Context) {
	r.Must(ctx, witness.BeBound())
	r.pod.Must(ctx, witness.Run())
}

// reachRun is mustRun where the judgement only builds on it.
func (r replica) reachRun(ctx context.Context) {
	r.Reach(ctx, witness.BeBound())
	r.pod.Reach(ctx, witness.Run())
}

// reopened is a new pod with an origin, which must run.
func reopened(ctx context.Context, bench *lab.Bench, of origin) *lab.Pod {
	pod := bench.Pod(ctx, lab.Using(of.Claim))
	pod.Must(ctx, witness.Run())
	return pod
}

// drop takes the copy away before its source goes: some controllers forget a source whose deletion they held up.
func (r replica) drop(ctx context.Context, bench *lab.Bench) {
	retire(ctx, bench, r.pod)
	bench.Delete(ctx, r.Claim)
	r.Gone(ctx)
}
