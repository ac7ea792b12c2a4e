package lab

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	snapshotv1 "github.com/kubernetes-csi/external-snapshotter/client/v8/apis/volumesnapshot/v1"
	"github.com/onsi/ginkgo/v2"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/util/exec"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"csicert/framework/agent"
	"csicert/framework/catalogue"
	"csicert/framework/payload"
	"csicert/framework/witness"
)

// Tree is the richest tree that the driver's volumes can hold: what it does not claim to keep is not in it.
func (b *Bench) Tree(seed int64) payload.Tree {
	if b.has(catalogue.Ownership) {
		return b.TreeOnDisk(seed)
	}
	return payload.Small(seed)
}

// TreeOnDisk is the richest tree that a pod may write to a disk of its node.
func (b *Bench) TreeOnDisk(seed int64) payload.Tree {
	if b.has(catalogue.RootPods) {
		return payload.Mixed(seed)
	}
	return payload.Small(seed)
}

// Named is the whole name of what the spec gives a name of its own (see Called).
func (b *Bench) Named(name string) string { return b.called(name) }

// AsLargeAs has the claim ask for the capacity of another, which may be more than that one had asked for: a copy of it
// needs as much.
func AsLargeAs(source *Claim) ClaimOption {
	return func(c *corev1.PersistentVolumeClaim) {
		if has, there := source.Now().Status.Capacity[corev1.ResourceStorage]; there {
			c.Spec.Resources.Requests[corev1.ResourceStorage] = has
		}
	}
}

// RestoringByRef is Restoring through the newer field, dataSourceRef.
func RestoringByRef(s *Snapshot) ClaimOption {
	return func(c *corev1.PersistentVolumeClaim) {
		c.Spec.DataSourceRef = &corev1.TypedObjectReference{APIGroup: ptr.To(snapshotv1.GroupName), Kind: "VolumeSnapshot", Name: s.Name()}
	}
}

// RestoringNext has the claim be filled from the next snapshot of the bench, which is not there yet.
func (b *Bench) RestoringNext() ClaimOption {
	next := b.snapshotNamed(b.prefix+"-snapshot-"+strconv.Itoa(b.counts["snapshot"]+1), nil)
	return Restoring(next)
}

// Beside keeps a pod where the claim's volume can be reached: a copy may be bound to the place of its source.
func (b *Bench) Beside(ctx context.Context, c *Claim) PodOption {
	ginkgo.GinkgoHelper()
	volume := b.Backing(c)
	volume.Reach(ctx, witness.BeThere[*corev1.PersistentVolume]())
	affinity := volume.Now().Spec.NodeAffinity
	return func(p *corev1.Pod) {
		if affinity != nil && affinity.Required != nil {
			p.Spec.Affinity = &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{RequiredDuringSchedulingIgnoredDuringExecution: affinity.Required.DeepCopy()}}
		}
	}
}

// MustHold requires the pod's first claim to hold exactly the tree, in the aspects or in all. That the agent cannot read
// it any more is the finding, too, not an obstacle.
func (b *Bench) MustHold(ctx context.Context, p *Pod, want payload.Manifest, aspects ...payload.Aspect) {
	ginkgo.GinkgoHelper()
	b.judging(ctx, b.litter(p))
	ctx, cancel := context.WithTimeout(ctx, b.lab.cfg.Budgets.Data)
	defer cancel()
	var got payload.Manifest
	err := b.lab.clients.run(ctx, p.key.namespace, p.Name(), agent.Digest{Dir: dataDir(0)}.Args(), &got)
	var ended exec.CodeExitError
	switch {
	case errors.As(err, &ended):
		ginkgo.Fail(fmt.Sprintf("expected: pod %s to hold exactly the %d entries of digest %s\nobserved: they cannot be read: %v", p.Name(), len(want.Entries), want.Digest(), err))
	case err != nil:
		b.blocked("running the agent", err.Error())
	}
	b.say("%s sees %d entries, digest %.12s", p.Name(), len(got.Entries), got.Digest())
	holding := witness.HoldExactly(want, aspects...)
	if ok, err := holding.Match(got); !ok || err != nil {
		ginkgo.Fail(holding.FailureMessage(got))
	}
}

// Room measures what the files of the pod's first claim take.
func (b *Bench) Room(ctx context.Context, p *Pod) agent.Room {
	ginkgo.GinkgoHelper()
	var r agent.Room
	b.inPod(ctx, p, agent.Usage{Dir: dataDir(0)}.Args(), &r)
	b.say("the files of %s are %d bytes and take %d", p.Name(), r.Apparent, r.Allocated)
	return r
}

// CannotTell ends the spec as unsupported: the driver rightly does not do what would be judged.
func (b *Bench) CannotTell(why string) {
	ginkgo.GinkgoHelper()
	b.lacking(catalogue.MarkUnsupported, why)
}

// HandleOf is the handle that the storage gave the snapshot.
func (b *Bench) HandleOf(ctx context.Context, s *Snapshot) string {
	ginkgo.GinkgoHelper()
	content := b.ContentOf(s)
	content.Reach(ctx, witness.HaveHandle())
	return *content.Now().Status.SnapshotHandle
}

// Leaves waits until the object is gone, or as long as a deletion may take, and tells which: either may be right.
func (t *Thing[T]) Leaves(ctx context.Context) bool {
	ginkgo.GinkgoHelper()
	stays := t.await(ctx, t.b.lab.cfg.Budgets.Delete, witness.BeGone[T]()) != ""
	if stays {
		t.b.say("%s %s stays", t.key.kind, t.key.name)
	}
	return !stays
}

// Stir changes an annotation of the snapshot, so that its controllers look at it again: some forget to, once what
// held a deletion up is gone (kubernetes-csi/external-snapshotter#1366).
func (b *Bench) Stir(ctx context.Context, s *Snapshot) {
	ginkgo.GinkgoHelper()
	patch := []byte(`{"metadata":{"annotations":{"csicert.dev/stirred":"yes"}}}`)
	_, err := b.lab.clients.snapshots.SnapshotV1().VolumeSnapshots(s.key.namespace).Patch(ctx, s.Name(), types.MergePatchType, patch, metav1.PatchOptions{})
	if client.IgnoreNotFound(err) != nil {
		b.blocked("stirring "+s.Name(), err.Error())
	}
}
