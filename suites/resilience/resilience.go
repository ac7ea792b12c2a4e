// Package resilience judges what a crash leaves behind: the driver's processes, and the snapshot controller's, are killed
// in the middle of their work, as the kernel does when memory runs out. Nothing may be lost, nothing made twice, and what
// was asked for has to come.
package resilience

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
	ClaimsOutliveTheController,
	SnapshotsOutliveTheControllers,
	RestoresOutliveTheStorage,
	DeletionsOutliveTheController,
	SnapshotDeletionsOutliveTheControllers,
	RunningPodOutlivesTheNodePlugin,
	PodsComeAndGoDespiteTheNodePlugin,
	DataOutliveTheServers,
	OneClaimLeavesOneVolume,
}

// several things are asked for at once: some are done when the kill comes, some are under way, some not yet begun.
const several = 3

// copiesKeep is what every copy has: names, types, bytes, link targets.
const copiesKeep = payload.Content | payload.Links

// user is a claim and the pod that uses it, with what was written.
type user struct {
	*lab.Claim
	pod     *lab.Pod
	written payload.Manifest
}

// asked is a claim of the class with a pod, neither of them waited for.
func asked(ctx context.Context, bench *lab.Bench, class string, options ...lab.PodOption) user {
	claim := bench.Claim(ctx, class)
	return user{Claim: claim, pod: bench.Pod(ctx, append(options, lab.Using(claim))...)}
}

// opened is a claim with files in it and the pod that wrote them.
func opened(ctx context.Context, bench *lab.Bench, class string, seed int64, options ...lab.PodOption) user {
	u := asked(ctx, bench, class, options...)
	u.Reach(ctx, witness.BeBound())
	u.pod.Reach(ctx, witness.Run())
	u.written = bench.Fill(ctx, u.pod, payload.Small(seed))
	return u
}

// filled is a claim with files in it that no pod uses any more: everything is on its storage.
func filled(ctx context.Context, bench *lab.Bench, class string, seed int64) user {
	u := opened(ctx, bench, class, seed)
	bench.Delete(ctx, u.pod)
	u.pod.Gone(ctx)
	return u
}

// restored asks for a copy of the claim from the snapshot, and for a pod beside it. It does not wait.
func restored(ctx context.Context, bench *lab.Bench, class string, of user, from *lab.Snapshot) user {
	claim := bench.Claim(ctx, class, lab.AsLargeAs(of.Claim), lab.Restoring(from))
	return user{Claim: claim, pod: bench.Pod(ctx, lab.Using(claim), bench.Beside(ctx, of.Claim)), written: of.written}
}

// mustHold requires the copy to come and to be whole.
func (u user) mustHold(ctx context.Context, bench *lab.Bench) {
	u.Recover(ctx, witness.BeBound())
	u.pod.Recover(ctx, witness.Run())
	bench.MustHold(ctx, u.pod, u.written, copiesKeep)
}

// handleOf is the storage's own name for the volume of the claim, which must come to be bound.
func handleOf(ctx context.Context, bench *lab.Bench, u user) string {
	u.Recover(ctx, witness.BeBound())
	volume := bench.Backing(u.Claim)
	volume.Must(ctx, witness.BeMadeBy(bench.Driver()))
	return volume.Now().Spec.CSI.VolumeHandle
}

// joined is a volume's content with a tree beside it. It is reckoned from the recipe: what a pod saw while its storage
// was away is not the measure of what is there.
func joined(ctx context.Context, content payload.Manifest, tree payload.Tree) payload.Manifest {
	more, err := tree.Manifest(ctx)
	Expect(err).NotTo(HaveOccurred())
	return payload.Manifest{Entries: append(content.Entries, more.Entries...)}
}
