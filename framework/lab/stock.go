package lab

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/onsi/ginkgo/v2"

	"csicert/framework/agent"
	"csicert/framework/catalogue"
)

// Stock is what stands in the folders in which the driver keeps its volumes and snapshots.
type Stock []string

// Stock looks into the folders that the driver's definition names, on every node. Where it names none the spec is
// unsupported: nobody can look. Other specs change the stock, so one that builds on it must be Serial.
func (b *Bench) Stock(ctx context.Context) Stock {
	ginkgo.GinkgoHelper()
	if len(b.lab.cfg.Driver.Folders()) == 0 {
		b.lacking(catalogue.MarkUnsupported, "the driver's definition does not say where on nodes it keeps what it made (storage.nodeFolders)")
	}
	stock := b.stock(ctx)
	b.say("%d things stand in the driver's storage", len(stock))
	return stock
}

func (b *Bench) stock(ctx context.Context) Stock {
	ginkgo.GinkgoHelper()
	found, err := b.found(ctx, agent.Survey{Under: inventoryDirs(b.lab.cfg)})
	if err != nil {
		b.blocked("looking into the driver's storage", err.Error())
	}
	return found.things
}

// AwaitMore waits until the storage holds something that is not in the stock, or as long as a claim may take to be bound: no
// watch tells of what the driver is doing.
func (b *Bench) AwaitMore(ctx context.Context, than Stock) {
	ginkgo.GinkgoHelper()
	patience, cancel := context.WithTimeout(ctx, b.lab.cfg.Budgets.Bind)
	defer cancel()
	if !looked(patience, func() bool { return len(b.stock(ctx).beyond(than)) > 0 }) {
		b.say("nothing has come into the driver's storage")
		return
	}
	b.say("something has come into the driver's storage")
}

// MustHoldNoMore requires the storage to come to hold nothing that was not in the stock, within the budget of a
// deletion. No watch tells of it.
func (b *Bench) MustHoldNoMore(ctx context.Context, than Stock) {
	ginkgo.GinkgoHelper()
	patience, cancel := context.WithTimeout(ctx, b.lab.cfg.Budgets.Delete)
	defer cancel()
	var more []string
	if !looked(patience, func() bool {
		more = b.stock(ctx).beyond(than)
		return len(more) == 0
	}) {
		ginkgo.Fail(fmt.Sprintf("expected: the driver's storage to hold nothing that it did not hold before\nobserved: %d things more:\n  %s", len(more), strings.Join(more[:min(len(more), fewThings)], "\n  ")))
	}
	b.say("nothing stands in the driver's storage that did not before")
}

// MustLeaveNothing requires the driver's folders to hold nothing of the spec's volumes and snapshots, whose objects are gone.
// Where the definition names no folders nobody can look.
func (b *Bench) MustLeaveNothing(ctx context.Context) {
	ginkgo.GinkgoHelper()
	request := agent.Seek{Under: inventoryDirs(b.lab.cfg), Names: b.traces()}
	if len(request.Under) == 0 {
		b.say("the driver's definition names no folders: what is left is not looked for")
		return
	}
	if len(request.Names) == 0 {
		b.blocked("looking into the driver's storage", "the watches have shown no volume or snapshot of the spec's by which to look")
	}
	left, err := b.found(ctx, request)
	if err != nil {
		b.blocked("looking into the driver's storage", err.Error())
	}
	if len(left.things) > 0 {
		ginkgo.Fail(fmt.Sprintf("expected: the driver's storage to hold nothing of the spec's\nobserved: %s", strings.Join(left.things[:min(len(left.things), fewThings)], "\n  ")))
	}
	b.say("nothing of the spec's stands in the driver's storage")
}

// fewThings tell what kind is left.
const fewThings = 10

// beyond is what another stock does not have.
func (s Stock) beyond(other Stock) Stock {
	return slices.DeleteFunc(slices.Clone(s), func(thing string) bool { return slices.Contains(other, thing) })
}
