package lab

import (
	"context"

	"github.com/onsi/ginkgo/v2"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
)

// noProvisioner marks a class whose volumes somebody else makes: static volumes, local disks.
const noProvisioner = "kubernetes.io/no-provisioner"

// DelayedClass makes a class whose claims wait for a pod (WaitForFirstConsumer) and returns its name.
func (b *Bench) DelayedClass(ctx context.Context) string {
	ginkgo.GinkgoHelper()
	return b.class(ctx, storagev1.VolumeBindingWaitForFirstConsumer)
}

// ImmediateClass makes a class whose claims are bound at once and returns its name.
func (b *Bench) ImmediateClass(ctx context.Context) string {
	ginkgo.GinkgoHelper()
	return b.class(ctx, storagev1.VolumeBindingImmediate)
}

func (b *Bench) class(ctx context.Context, mode storagev1.VolumeBindingMode) string {
	ginkgo.GinkgoHelper()
	class := &storagev1.StorageClass{
		ObjectMeta:        metav1.ObjectMeta{Name: b.clusterName("class")},
		Provisioner:       noProvisioner,
		VolumeBindingMode: ptr.To(mode),
	}
	b.create(ctx, "class", class)
	return class.Name
}

// clusterName is name for objects without a namespace: no two processes share one.
func (b *Bench) clusterName(kind string) string { return b.lab.namespace + "-" + b.name(kind) }
