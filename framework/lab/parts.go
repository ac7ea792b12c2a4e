package lab

import (
	"context"

	"github.com/onsi/ginkgo/v2"
	corev1 "k8s.io/api/core/v1"

	"csicert/framework/payload"
	"csicert/framework/witness"
)

// UsingPart mounts a folder of the claim instead of its root (subPath); the kubelet makes it.
func UsingPart(c *Claim, folder string) PodOption {
	return func(p *corev1.Pod) {
		mount(p, c.Name(), false)
		mounts := p.Spec.Containers[0].VolumeMounts
		mounts[len(mounts)-1].SubPath = folder
	}
}

// MustSee requires the pod to come to see exactly these files in its first claim. It allows for clients that keep
// attributes for a while, as NFS does by default: what another node wrote may be seen late, and must be seen.
func (b *Bench) MustSee(ctx context.Context, p *Pod, want payload.Manifest, aspects ...payload.Aspect) {
	ginkgo.GinkgoHelper()
	b.judging(ctx, b.litter(p))
	matcher := witness.HoldExactly(want, aspects...)
	patience, cancel := context.WithTimeout(ctx, b.lab.cfg.Budgets.Retry)
	defer cancel()
	var seen payload.Manifest
	if !looked(patience, func() bool {
		seen = b.Digest(ctx, p)
		ok, err := matcher.Match(seen)
		if err != nil {
			b.blocked("comparing what "+p.Name()+" sees", err.Error())
		}
		return ok
	}) {
		ginkgo.Fail(p.Name() + ": " + matcher.FailureMessage(seen))
	}
}
