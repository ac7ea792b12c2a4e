package lab

import (
	"context"

	"github.com/onsi/ginkgo/v2"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"csicert/framework/agent"
	"csicert/framework/witness"
)

// Vanish requires the object to be deleted, within the budget of a deletion; else the spec fails. It is Gone where the
// deletion is what is judged.
func (t *Thing[T]) Vanish(ctx context.Context) {
	ginkgo.GinkgoHelper()
	t.b.judging(ctx, t.revive)
	if failure := t.await(ctx, t.b.lab.cfg.Budgets.Delete, witness.BeGone[T]()); failure != "" {
		ginkgo.Fail(failure)
	}
}

// Retire deletes the object and waits until it is gone, for what the judgement only builds on.
func (b *Bench) Retire(ctx context.Context, it interface {
	object() client.Object
	Gone(context.Context)
}) {
	ginkgo.GinkgoHelper()
	b.Delete(ctx, it)
	it.Gone(ctx)
}

// Restart has the pod's program end, for the kubelet to start its container again, and waits until it has ended.
func (b *Bench) Restart(ctx context.Context, p *Pod) {
	ginkgo.GinkgoHelper()
	if err := b.lab.clients.run(ctx, p.key.namespace, p.Name(), agent.End{}.Args(), nil); err != nil {
		b.say("the agent that was to end %s did not say that it did: %v", p.Name(), err) // it may have ended with it
	}
	p.Reach(ctx, witness.HaveEnded())
}
