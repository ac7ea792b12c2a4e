package lab

import (
	"context"

	"github.com/onsi/ginkgo/v2"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Provisioner is whom the stored class asks for volumes.
func (b *Bench) Provisioner(ctx context.Context, class string) string {
	ginkgo.GinkgoHelper()
	stored, err := b.lab.clients.set.StorageV1().StorageClasses().Get(ctx, class, metav1.GetOptions{})
	if err != nil {
		b.blocked("reading class "+class, err.Error())
	}
	return stored.Provisioner
}

// Announced are the CSIDriver objects by name: what the cluster was told of each driver.
func (b *Bench) Announced(ctx context.Context) map[string]storagev1.CSIDriverSpec {
	ginkgo.GinkgoHelper()
	list, err := b.lab.clients.set.StorageV1().CSIDrivers().List(ctx, metav1.ListOptions{})
	if err != nil {
		b.blocked("listing the CSIDriver objects", err.Error())
	}
	found := map[string]storagev1.CSIDriverSpec{}
	for _, d := range list.Items {
		found[d.Name] = d.Spec
	}
	return found
}

// Registered tells, for each node on which the driver registered with the kubelet, what it registered (CSINode).
func (b *Bench) Registered(ctx context.Context, driver string) map[string]storagev1.CSINodeDriver {
	ginkgo.GinkgoHelper()
	list, err := b.lab.clients.set.StorageV1().CSINodes().List(ctx, metav1.ListOptions{})
	if err != nil {
		b.blocked("listing the CSINode objects", err.Error())
	}
	found := map[string]storagev1.CSINodeDriver{}
	for _, n := range list.Items {
		for _, d := range n.Spec.Drivers {
			if d.Name == driver {
				found[n.Name] = d
			}
		}
	}
	return found
}
