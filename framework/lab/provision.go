package lab

import (
	"context"

	"github.com/onsi/ginkgo/v2"
	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Saying gives the class a parameter besides the pattern's.
func Saying(parameter, value string) ClassOption {
	return func(c *storagev1.StorageClass) { c.Parameters[parameter] = value }
}

// LeavingOpen has the class say nothing of what the API server fills in: reclaim policy and binding mode.
func LeavingOpen() ClassOption {
	return func(c *storagev1.StorageClass) { c.ReclaimPolicy, c.VolumeBindingMode = nil, nil }
}

// InPlaceOf gives the class the name of one that was dropped.
func InPlaceOf(class string) ClassOption {
	return func(c *storagev1.StorageClass) { c.Name = class }
}

// DropClass removes a class. Claims that name it stay.
func (b *Bench) DropClass(ctx context.Context, name string) {
	ginkgo.GinkgoHelper()
	if err := b.remove(ctx, &storagev1.StorageClass{ObjectMeta: metav1.ObjectMeta{Name: name}}); err != nil {
		b.blocked("dropping class "+name, err.Error())
	}
	b.say("dropped class %s", name)
}

// Bytes is a multiple of the size that the driver's definition gives its volumes.
func (b *Bench) Bytes(times int64) int64 {
	size := resource.MustParse(defaultSize)
	if d := b.lab.cfg.Driver; d != nil && d.VolumeSize != "" {
		size = resource.MustParse(d.VolumeSize) // checked when the definition was read
	}
	return times * size.Value()
}

// AskingBytes is Asking, in bytes.
func AskingBytes(bytes int64) ClaimOption {
	return func(c *corev1.PersistentVolumeClaim) {
		c.Spec.Resources.Requests[corev1.ResourceStorage] = *resource.NewQuantity(bytes, resource.BinarySI)
	}
}

// MadeFor names the volumes that anybody made for the claim, whether it is bound to them or not.
func (b *Bench) MadeFor(c *Claim) []string {
	var names []string
	made := b.lab.journal.existing(func(o client.Object) bool {
		_, is := o.(*corev1.PersistentVolume)
		return is && onBehalf(o).Namespace == c.key.namespace && onBehalf(o).Name == c.Name()
	})
	for _, v := range made {
		names = append(names, v.GetName())
	}
	return names
}
