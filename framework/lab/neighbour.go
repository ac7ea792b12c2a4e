package lab

import (
	"context"
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

// part leaves the other namespace, in which nothing is left, and has it deleted.
func (b *Bench) part(ctx context.Context) error {
	if b.neighbour == nil {
		return nil
	}
	there := b.neighbour.lab
	b.neighbour = nil
	there.unfollow()
	return there.dropNamespace(ctx)
}
