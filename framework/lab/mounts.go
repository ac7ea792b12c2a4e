package lab

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/onsi/ginkgo/v2"

	"csicert/framework/agent"
)

// Mounts are the places on a node at which something of the spec's volumes is mounted, in the order of the node's table: one
// that is mounted over is in it as often as it was mounted.
func (b *Bench) Mounts(ctx context.Context, on Node) []string {
	ginkgo.GinkgoHelper()
	ctx, cancel := context.WithTimeout(ctx, b.lab.cfg.Budgets.Data)
	defer cancel()
	var found agent.Remains
	if err := b.lab.ask(ctx, on.Name, agent.Seek{Mounts: mountTable, Names: b.traces()}, &found); err != nil {
		b.blocked("looking for mounts", err.Error())
	}
	var points []string
	for _, point := range found.Mounts {
		points = append(points, string(point))
	}
	return points
}

// MustUnmount requires that nothing of the spec's volumes comes to be mounted on a node any more. No watch tells of mounts.
func (b *Bench) MustUnmount(ctx context.Context, on Node) {
	ginkgo.GinkgoHelper()
	within := b.lab.cfg.Budgets.Delete
	patience, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	for {
		left := b.Mounts(ctx, on)
		if len(left) == 0 {
			b.say("nothing is mounted on %s any more", on.Name)
			return
		}
		select {
		case <-time.After(lookAgain):
		case <-patience.Done():
			ginkgo.Fail(fmt.Sprintf("expected: nothing of the volume to be mounted on node %s\nobserved: after %s there are still %s", on.Name, within, strings.Join(left, ", ")))
		}
	}
}
