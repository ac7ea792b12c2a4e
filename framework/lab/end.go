package lab

import (
	"context"

	"github.com/onsi/ginkgo/v2"
	"sigs.k8s.io/controller-runtime/pkg/client"

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
