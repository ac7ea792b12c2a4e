package lab

import (
	"context"
	"strconv"

	snapshotv1 "github.com/kubernetes-csi/external-snapshotter/client/v8/apis/volumesnapshot/v1"
	"github.com/onsi/ginkgo/v2"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
)

// Snapshot is a VolumeSnapshot on the bench.
type Snapshot struct {
	*Thing[*snapshotv1.VolumeSnapshot]
}

// Content is a VolumeSnapshotContent: the thing behind a snapshot.
type Content struct {
	*Thing[*snapshotv1.VolumeSnapshotContent]
}

// SnapshotClassOption changes a snapshot class before it is created.
type SnapshotClassOption func(*snapshotv1.VolumeSnapshotClass)

// Keeping has the class keep the storage's snapshot when the object is deleted (policy Retain).
func Keeping() SnapshotClassOption {
	return func(c *snapshotv1.VolumeSnapshotClass) { c.DeletionPolicy = snapshotv1.VolumeSnapshotContentRetain }
}

// SnapshotClass makes a snapshot class of the driver's after the definition's pattern, policy Delete, and returns its
// name.
func (b *Bench) SnapshotClass(ctx context.Context, options ...SnapshotClassOption) string {
	ginkgo.GinkgoHelper()
	d := b.lab.cfg.Driver
	if d == nil || d.SnapshotClass == nil {
		b.blocked("making a snapshot class", "the driver's definition has none")
	}
	class := &snapshotv1.VolumeSnapshotClass{
		ObjectMeta:     metav1.ObjectMeta{Name: b.clusterName("snapshot-class")},
		Driver:         d.Name,
		DeletionPolicy: snapshotv1.VolumeSnapshotContentDelete,
		Parameters:     b.parameters(*d.SnapshotClass),
	}
	for _, o := range options {
		o(class)
	}
	b.create(ctx, "snapshot class", class)
	b.undo[len(b.undo)-1].last = true // a sidecar that still asks for it would never delete the snapshot
	return class.Name
}

// Snapshot asks for a snapshot of the claim. It does not wait.
func (b *Bench) Snapshot(ctx context.Context, class string, of *Claim) *Snapshot {
	ginkgo.GinkgoHelper()
	return b.SnapshotOf(ctx, class, of.Name())
}

// SnapshotOf asks for a snapshot of the claim of that name, which need not exist.
func (b *Bench) SnapshotOf(ctx context.Context, class, claim string) *Snapshot {
	ginkgo.GinkgoHelper()
	return b.snapshot(ctx, class, snapshotv1.VolumeSnapshotSource{PersistentVolumeClaimName: ptr.To(claim)})
}

// Adopt asks for a snapshot object for a content that is there (pre-provisioned).
func (b *Bench) Adopt(ctx context.Context, class string, content *Content) *Snapshot {
	ginkgo.GinkgoHelper()
	return b.snapshot(ctx, class, snapshotv1.VolumeSnapshotSource{VolumeSnapshotContentName: ptr.To(content.Name())})
}

func (b *Bench) snapshot(ctx context.Context, class string, source snapshotv1.VolumeSnapshotSource) *Snapshot {
	ginkgo.GinkgoHelper()
	made := &snapshotv1.VolumeSnapshot{
		ObjectMeta: metav1.ObjectMeta{Name: b.name("snapshot"), Namespace: b.lab.namespace},
		Spec:       snapshotv1.VolumeSnapshotSpec{VolumeSnapshotClassName: ptr.To(class), Source: source},
	}
	b.create(ctx, "snapshot", made)
	snapshot := b.snapshotNamed(made.Name, made)
	b.undo[len(b.undo)-1].cut = &snapshot.key
	return snapshot
}

func (b *Bench) snapshotNamed(name string, made *snapshotv1.VolumeSnapshot) *Snapshot {
	return &Snapshot{&Thing[*snapshotv1.VolumeSnapshot]{b: b, key: key{kindSnapshot, b.lab.namespace, name}, made: made}}
}

// ContentOf is the content that the snapshot is bound to.
func (b *Bench) ContentOf(s *Snapshot) *Content {
	ginkgo.GinkgoHelper()
	status := s.Now().Status
	if status == nil || status.BoundVolumeSnapshotContentName == nil {
		b.blocked("finding the content of "+s.Name(), "it is bound to none")
	}
	return b.contentNamed(*status.BoundVolumeSnapshotContentName, nil)
}

func (b *Bench) contentNamed(name string, made *snapshotv1.VolumeSnapshotContent) *Content {
	if made == nil {
		made = &snapshotv1.VolumeSnapshotContent{ObjectMeta: metav1.ObjectMeta{Name: name}}
	}
	return &Content{&Thing[*snapshotv1.VolumeSnapshotContent]{b: b, key: key{kindContent, "", name}, made: made}}
}

// Import makes a content for a snapshot that the storage has, by its handle, with policy Delete. The next snapshot of
// the bench (see Adopt) is the one that it names.
func (b *Bench) Import(ctx context.Context, class, handle string) *Content {
	ginkgo.GinkgoHelper()
	b.counts["snapshot"]++
	next := b.prefix + "-snapshot-" + strconv.Itoa(b.counts["snapshot"])
	b.counts["snapshot"]--
	made := &snapshotv1.VolumeSnapshotContent{
		ObjectMeta: metav1.ObjectMeta{Name: b.clusterName("content")},
		Spec: snapshotv1.VolumeSnapshotContentSpec{
			DeletionPolicy:          snapshotv1.VolumeSnapshotContentDelete,
			Driver:                  b.lab.cfg.driverName(),
			VolumeSnapshotClassName: ptr.To(class),
			Source:                  snapshotv1.VolumeSnapshotContentSource{SnapshotHandle: ptr.To(handle)},
			VolumeSnapshotRef:       corev1.ObjectReference{Namespace: b.lab.namespace, Name: next},
			SourceVolumeMode:        ptr.To(corev1.PersistentVolumeFilesystem),
		},
	}
	b.create(ctx, "snapshot content", made)
	b.undo[len(b.undo)-1] = b.contentRemoval(made)
	return b.contentNamed(made.Name, made)
}

// Restoring has the claim be filled from the snapshot.
func Restoring(s *Snapshot) ClaimOption {
	return func(c *corev1.PersistentVolumeClaim) {
		c.Spec.DataSource = &corev1.TypedLocalObjectReference{APIGroup: ptr.To(snapshotv1.GroupName), Kind: "VolumeSnapshot", Name: s.Name()}
	}
}

// Cloning has the claim be filled from another claim.
func Cloning(source *Claim) ClaimOption {
	return func(c *corev1.PersistentVolumeClaim) {
		c.Spec.DataSource = &corev1.TypedLocalObjectReference{Kind: "PersistentVolumeClaim", Name: source.Name()}
	}
}

// Backing is the volume that the claim is bound to, whoever made it.
func (b *Bench) Backing(c *Claim) *Volume {
	ginkgo.GinkgoHelper()
	name := c.Now().Spec.VolumeName
	if name == "" {
		b.blocked("finding the volume of "+c.Name(), "it names none")
	}
	made := &corev1.PersistentVolume{ObjectMeta: metav1.ObjectMeta{Name: name}}
	return &Volume{Thing: &Thing[*corev1.PersistentVolume]{b: b, key: key{kindVolume, "", name}, made: made}}
}
