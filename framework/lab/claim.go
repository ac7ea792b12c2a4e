package lab

import (
	"context"
	"slices"

	"github.com/onsi/ginkgo/v2"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
)

// defaultSize of claims and volumes.
const defaultSize = "1Gi"

// Claim is a PersistentVolumeClaim on the bench.
type Claim struct {
	*Thing[*corev1.PersistentVolumeClaim]
}

// ClaimOption changes a claim before it is created.
type ClaimOption func(*corev1.PersistentVolumeClaim)

// Asking has the claim request that size instead of the usual one.
func Asking(size string) ClaimOption {
	return func(c *corev1.PersistentVolumeClaim) {
		c.Spec.Resources.Requests[corev1.ResourceStorage] = resource.MustParse(size)
	}
}

// Wanting has the claim ask for these access modes instead of ReadWriteOnce.
func Wanting(modes ...corev1.PersistentVolumeAccessMode) ClaimOption {
	return func(c *corev1.PersistentVolumeClaim) { c.Spec.AccessModes = modes }
}

// Selecting has the claim accept only volumes with the label.
func Selecting(label, value string) ClaimOption {
	return func(c *corev1.PersistentVolumeClaim) {
		c.Spec.Selector = &metav1.LabelSelector{MatchLabels: map[string]string{label: value}}
	}
}

// Naming has the claim name its volume.
func Naming(v *Volume) ClaimOption {
	return func(c *corev1.PersistentVolumeClaim) { c.Spec.VolumeName = v.Name() }
}

// Called gives the claim a name of the spec's own instead of the next one, so that two can have the same.
func Called(name string) ClaimOption {
	return func(c *corev1.PersistentVolumeClaim) { c.Name = name }
}

// Claim asks for storage of the class. It does not wait: what must come of the claim is the spec's to say.
func (b *Bench) Claim(ctx context.Context, class string, options ...ClaimOption) *Claim {
	ginkgo.GinkgoHelper()
	pvc := b.claim(class)
	for _, o := range options {
		o(pvc)
	}
	if pvc.Name == "" {
		pvc.Name = b.name("claim")
	} else {
		pvc.Name = b.called(pvc.Name)
	}
	pvc.Namespace = b.lab.namespace
	b.create(ctx, "claim", pvc)
	return &Claim{&Thing[*corev1.PersistentVolumeClaim]{b: b, key: key{kindClaim, pvc.Namespace, pvc.Name}, made: pvc}}
}

// called is a name that the spec chose, with the spec's prefix, by which evidence is found.
func (b *Bench) called(name string) string { return b.prefix + "-" + name }

// claim asks for as much as the driver's definition says where the class is the driver's, for 1Gi elsewhere.
func (b *Bench) claim(class string) *corev1.PersistentVolumeClaim {
	size := resource.MustParse(defaultSize)
	if slices.Contains(b.driven, class) {
		size = *resource.NewQuantity(b.Bytes(1), resource.BinarySI)
	}
	return &corev1.PersistentVolumeClaim{Spec: corev1.PersistentVolumeClaimSpec{
		AccessModes:      []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce},
		StorageClassName: ptr.To(class),
		Resources:        corev1.VolumeResourceRequirements{Requests: corev1.ResourceList{corev1.ResourceStorage: size}},
	}}
}
