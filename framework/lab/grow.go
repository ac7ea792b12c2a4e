package lab

import (
	"context"
	"fmt"

	"github.com/onsi/ginkgo/v2"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// Grow asks for a larger claim. It does not wait.
func (b *Bench) Grow(ctx context.Context, c *Claim, size string) {
	ginkgo.GinkgoHelper()
	patch := fmt.Appendf(nil, `{"spec":{"resources":{"requests":{"storage":%q}}}}`, size)
	claims := b.lab.clients.set.CoreV1().PersistentVolumeClaims(c.key.namespace)
	if _, err := claims.Patch(ctx, c.Name(), types.MergePatchType, patch, metav1.PatchOptions{}); err != nil {
		b.blocked("asking for a larger "+c.Name(), err.Error())
	}
	b.say("asked for %s to have %s", c.Name(), size)
}

// PublishedReadOnly has the driver publish the claim read-only. The container's own mount of it is left writable, so that
// only the driver keeps writers out.
func PublishedReadOnly(c *Claim) PodOption {
	return func(p *corev1.Pod) {
		mount(p, c.Name(), false)
		p.Spec.Volumes[len(p.Spec.Volumes)-1].PersistentVolumeClaim.ReadOnly = true
	}
}
