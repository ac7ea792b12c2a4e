package lab

import (
	"context"
	"errors"
	"maps"

	"github.com/onsi/ginkgo/v2"
)

// Neighbour is a bench of the same spec in another namespace. What is made on it from now on is called as what is made on
// this one from now on: for what only the namespace keeps apart. It is taken back with this one.
func (b *Bench) Neighbour(ctx context.Context) *Bench {
	ginkgo.GinkgoHelper()
	there := *b.lab
	there.namespace, there.journal = b.Name(), newJournal()
	if err := there.enter(ctx); err != nil {
		b.blocked("opening a second namespace", err.Error())
	}
	n := *b
	n.lab, n.counts, n.undo, n.volumes = &there, maps.Clone(b.counts), nil, nil
	b.neighbour = &n
	b.say("opened namespace %s", there.namespace)
	return &n
}

// partFromNeighbour takes everything back that was made in the other namespace, and that.
func (b *Bench) partFromNeighbour(ctx context.Context) (leftovers []string, err error) {
	n := b.neighbour
	if n == nil {
		return nil, nil
	}
	b.neighbour = nil
	leftovers, err = n.Undo(ctx)
	n.lab.unfollow()
	return leftovers, errors.Join(err, n.lab.dropNamespace(ctx))
}
