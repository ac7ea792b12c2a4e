package lab

import (
	"context"
	"fmt"

	"github.com/onsi/ginkgo/v2"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"csicert/framework/witness"
)

// Cordon makes a node unschedulable, as kubectl cordon does. It needs the capability Disruption, and a spec that
// uses it must be Serial: other specs may want the node.
func (b *Bench) Cordon(ctx context.Context, n Node) {
	ginkgo.GinkgoHelper()
	if err := b.unschedulable(ctx, n, true); err != nil {
		b.blocked("cordoning", err.Error())
	}
	b.undo = append(b.undo, undoing{what: "cordon of " + n.Name, do: func(ctx context.Context) error { return b.unschedulable(ctx, n, false) }})
	b.say("cordoned %s", n.Name)
	b.awaitRefusal(ctx, n)
}

// awaitRefusal waits until the scheduler sends no pod to the node: it learns of a cordon by a watch of its own.
func (b *Bench) awaitRefusal(ctx context.Context, n Node) {
	ginkgo.GinkgoHelper()
	ctx, cancel := context.WithTimeout(ctx, b.lab.cfg.Budgets.Start)
	defer cancel()
	for ctx.Err() == nil {
		probe := b.Pod(ctx, OnlyOn(n))
		probe.Reach(ctx, witness.BeConsidered())
		refused := probe.Now().Spec.NodeName == ""
		b.Retire(ctx, probe)
		if refused {
			return
		}
	}
	b.blocked("cordoning", "the scheduler still sends pods to "+n.Name)
}

// Uncordon makes a node schedulable again.
func (b *Bench) Uncordon(ctx context.Context, n Node) {
	ginkgo.GinkgoHelper()
	if err := b.unschedulable(ctx, n, false); err != nil {
		b.blocked("uncordoning", err.Error())
	}
	b.say("uncordoned %s", n.Name)
}

func (b *Bench) unschedulable(ctx context.Context, n Node, is bool) error {
	patch := fmt.Appendf(nil, `{"spec":{"unschedulable":%t}}`, is)
	_, err := b.lab.clients.set.CoreV1().Nodes().Patch(ctx, n.Name, types.MergePatchType, patch, metav1.PatchOptions{})
	if err != nil {
		return fmt.Errorf("setting spec.unschedulable=%t on node %s: %w", is, n.Name, err)
	}
	return nil
}
