package lab

import (
	"context"
	"fmt"

	"github.com/onsi/ginkgo/v2"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"csicert/framework/agent"
)

// Volume is a PersistentVolume on the bench: a directory of a node's disk.
type Volume struct {
	*Thing[*corev1.PersistentVolume]
	On  Node   // the node whose disk has the directory
	dir string // the directory, below a keeper's mount
}

// VolumeOption changes a volume before it is created.
type VolumeOption func(*corev1.PersistentVolume)

// OfSize gives the volume that capacity instead of 1Gi.
func OfSize(size string) VolumeOption {
	return func(v *corev1.PersistentVolume) {
		v.Spec.Capacity[corev1.ResourceStorage] = resource.MustParse(size)
	}
}

// Offering gives the volume these access modes instead of ReadWriteOnce.
func Offering(modes ...corev1.PersistentVolumeAccessMode) VolumeOption {
	return func(v *corev1.PersistentVolume) { v.Spec.AccessModes = modes }
}

// Labelled puts a label on the volume, for selectors.
func Labelled(key, value string) VolumeOption {
	return func(v *corev1.PersistentVolume) {
		if v.Labels == nil {
			v.Labels = map[string]string{}
		}
		v.Labels[key] = value
	}
}

// AsBlock offers the volume as a raw device. Nothing may use it: there is only a directory behind it.
func AsBlock() VolumeOption {
	return func(v *corev1.PersistentVolume) { v.Spec.VolumeMode = ptr.To(corev1.PersistentVolumeBlock) }
}

// ReservedFor has the volume name a claim (see Called) before that claim exists.
func (b *Bench) ReservedFor(claim string) VolumeOption {
	return func(v *corev1.PersistentVolume) {
		v.Spec.ClaimRef = &corev1.ObjectReference{Kind: "PersistentVolumeClaim", APIVersion: "v1", Namespace: b.lab.namespace, Name: b.called(claim)}
	}
}

// ReachableFromZone ties the volume to the node's zone rather than to its host.
func ReachableFromZone(zone string) VolumeOption {
	return func(v *corev1.PersistentVolume) { v.Spec.NodeAffinity = pinned(corev1.LabelTopologyZone, zone) }
}

// Volume makes a directory on the node's disk and a local volume for it, pinned to the node's host name.
// Source: https://kubernetes.io/docs/concepts/storage/volumes/#local
func (b *Bench) Volume(ctx context.Context, on Node, class string, options ...VolumeOption) *Volume {
	ginkgo.GinkgoHelper()
	v := b.VolumeWithoutDirectory(ctx, on, class, options...)
	b.MakeDirectory(ctx, v)
	return v
}

// VolumeWithoutDirectory is Volume without the directory behind it.
func (b *Bench) VolumeWithoutDirectory(ctx context.Context, on Node, class string, options ...VolumeOption) *Volume {
	ginkgo.GinkgoHelper()
	name := b.clusterName("volume")
	path, dir := b.lab.cfg.onDisk(b.lab.namespace, name)
	pv := &corev1.PersistentVolume{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: corev1.PersistentVolumeSpec{
			Capacity:                      corev1.ResourceList{corev1.ResourceStorage: resource.MustParse(defaultSize)},
			AccessModes:                   []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce},
			PersistentVolumeReclaimPolicy: corev1.PersistentVolumeReclaimRetain,
			StorageClassName:              class,
			VolumeMode:                    ptr.To(corev1.PersistentVolumeFilesystem),
			NodeAffinity:                  pinned(corev1.LabelHostname, on.Host),
			PersistentVolumeSource:        corev1.PersistentVolumeSource{Local: &corev1.LocalVolumeSource{Path: path}},
		},
	}
	for _, o := range options {
		o(pv)
	}
	b.create(ctx, "volume", pv)
	v := &Volume{Thing: &Thing[*corev1.PersistentVolume]{b: b, key: key{kindVolume, "", name}, made: pv}, On: on, dir: dir}
	b.volumes = append(b.volumes, v)
	return v
}

// Home is the node whose disk has the volume that the claim is bound to.
func (b *Bench) Home(c *Claim) Node {
	ginkgo.GinkgoHelper()
	for _, v := range b.volumes {
		if v.Name() == c.Now().Spec.VolumeName {
			return v.On
		}
	}
	b.blocked("finding the volume of "+c.Name(), fmt.Sprintf("it names %q, which is no volume of this bench", c.Now().Spec.VolumeName))
	return Node{}
}

// MakeDirectory makes the directory behind a volume, on its node.
func (b *Bench) MakeDirectory(ctx context.Context, v *Volume) {
	ginkgo.GinkgoHelper()
	b.MakeDirectoryOn(ctx, v, v.On)
}

// MakeDirectoryOn makes the directory of a volume on any node, so that only the volume's affinity can keep a pod
// from it there.
func (b *Bench) MakeDirectoryOn(ctx context.Context, v *Volume, on Node) {
	ginkgo.GinkgoHelper()
	b.keeper(ctx, on, agent.Mkdir{Under: keeperMount, Name: v.dir, Mode: 0o755}, nil)
	b.undo = append(b.undo, undoing{what: "directory of " + v.Name() + " on " + on.Name, last: true, do: func(ctx context.Context) error {
		return b.lab.ask(ctx, on.Name, agent.Rmtree{Under: keeperMount, Name: v.dir}, nil)
	}})
}

func pinned(label, value string) *corev1.VolumeNodeAffinity {
	return &corev1.VolumeNodeAffinity{Required: &corev1.NodeSelector{NodeSelectorTerms: []corev1.NodeSelectorTerm{{
		MatchExpressions: []corev1.NodeSelectorRequirement{{Key: label, Operator: corev1.NodeSelectorOpIn, Values: []string{value}}},
	}}}}
}

// keeper runs an agent's verb in the keeper of a node.
func (b *Bench) keeper(ctx context.Context, on Node, request agent.Request, answer any) {
	ginkgo.GinkgoHelper()
	ctx, cancel := context.WithTimeout(ctx, b.lab.cfg.Budgets.Data)
	defer cancel()
	if err := b.lab.ask(ctx, on.Name, request, answer); err != nil {
		b.blocked("reaching the disk of node "+on.Name, err.Error())
	}
}
