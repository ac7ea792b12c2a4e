package lab

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/onsi/ginkgo/v2"
	corev1 "k8s.io/api/core/v1"

	"csicert/framework/agent"
	"csicert/framework/catalogue"
)

// RestartKubelet ends a node's kubelet by SIGKILL, and waits until systemd has started it again; it may not have looked at
// its pods then. It needs the capability Disruption, and a requirement that says that it disturbs nodes: no program can be
// started in the node's pods meanwhile. Where the kubelet is no service of systemd's, the spec is skipped.
func (b *Bench) RestartKubelet(ctx context.Context, on Node) {
	ginkgo.GinkgoHelper()
	before, err := b.kubelet(ctx, on)
	if err != nil {
		b.blocked("looking for the kubelet", err.Error())
	}
	if len(before) == 0 {
		b.lacking(catalogue.MarkSkipped, "the kubelet of node "+on.Name+" is not run by systemd as kubelet.service")
	}
	defer b.useTurn(ctx)()
	killed := time.Now()
	lost := b.lab.ask(ctx, on.Name, agent.Kubelet{Kill: true}, nil) // the answer comes by way of the kubelet
	b.say("killed the kubelet of %s", on.Name)
	ctx, cancel := context.WithTimeoutCause(ctx, b.lab.cfg.Budgets.Retry, fmt.Errorf("systemd has not started it again within %s", b.lab.cfg.Budgets.Retry))
	defer cancel()
	if !looked(ctx, func() bool {
		var now []int
		now, err = b.kubelet(ctx, on)
		return err == nil && succeeded(before, now)
	}) {
		b.blocked("restarting the kubelet of "+on.Name, errors.Join(context.Cause(ctx), err, lost).Error())
	}
	b.say("the kubelet of %s answers again %.1fs after the kill", on.Name, time.Since(killed).Seconds())
}

// succeeded tells whether a process runs and none of those before.
func succeeded(before, now []int) bool {
	return len(now) > 0 && !slices.ContainsFunc(now, func(pid int) bool { return slices.Contains(before, pid) })
}

// kubelet are the processes of a node's kubelet. The question is answered by way of it.
func (b *Bench) kubelet(ctx context.Context, on Node) ([]int, error) {
	ctx, cancel := context.WithTimeout(ctx, b.lab.cfg.Budgets.Data)
	defer cancel()
	var unit agent.Unit
	err := b.lab.ask(ctx, on.Name, agent.Kubelet{}, &unit)
	return unit.Processes, err
}

// Crash ends every process of a pod of the spec's own by SIGKILL. The kubelet is to start its container again; it does not
// wait for that. It needs the capability Disruption.
func (b *Bench) Crash(ctx context.Context, p *Pod) {
	ginkgo.GinkgoHelper()
	b.mustKill(ctx, []*corev1.Pod{p.Now()})
}
