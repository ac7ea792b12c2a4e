package lab

import (
	"context"

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
	if err := b.lab.look(ctx, on.Name, agent.Seek{Mounts: mountTable, Names: b.traces()}, &found); err != nil {
		b.blocked("looking for mounts", err.Error())
	}
	var points []string
	for _, point := range found.Mounts {
		points = append(points, string(point))
	}
	return points
}
