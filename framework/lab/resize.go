package lab

import (
	"context"
	"encoding/json"

	"github.com/onsi/ginkgo/v2"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// Resize asks for another size of a claim and returns the API server's refusal, if any.
func (b *Bench) Resize(ctx context.Context, c *Claim, bytes int64) error {
	ginkgo.GinkgoHelper()
	size := resource.NewQuantity(bytes, resource.BinarySI)
	patch, err := json.Marshal(map[string]any{"spec": map[string]any{"resources": map[string]any{"requests": map[string]any{"storage": size.String()}}}})
	if err != nil {
		b.blocked("asking for another size of "+c.Name(), err.Error())
	}
	_, err = b.lab.clients.set.CoreV1().PersistentVolumeClaims(c.key.namespace).Patch(ctx, c.Name(), types.MergePatchType, patch, metav1.PatchOptions{})
	switch {
	case err == nil:
		b.say("asked for %s of %s", size, c.Name())
	case apierrors.IsForbidden(err) || apierrors.IsInvalid(err):
		b.say("%s for %s was refused: %v", size, c.Name(), err)
	default:
		b.blocked("asking for another size of "+c.Name(), err.Error())
	}
	return err
}

// Grow is Resize where the judgement builds on the API server's taking it.
func (b *Bench) Grow(ctx context.Context, c *Claim, bytes int64) {
	ginkgo.GinkgoHelper()
	if err := b.Resize(ctx, c, bytes); err != nil {
		b.blocked("asking for a larger "+c.Name(), err.Error())
	}
}

// Holding is how many bytes the claim says that it has.
func (b *Bench) Holding(c *Claim) int64 {
	has := c.Now().Status.Capacity[corev1.ResourceStorage]
	return has.Value()
}
