package lab

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Undo takes everything back that the bench made, the last first, and waits until the watches show it gone. What
// outlives the budget is returned by name: a finding about whoever holds it. The error tells of steps that failed.
func (b *Bench) Undo(ctx context.Context) (leftovers []string, err error) {
	errs := []error{b.unretain(ctx)}
	var slow *key
	for _, u := range slices.Backward(b.undo) {
		if u.last {
			continue
		}
		if slow != nil && u.slow != nil {
			b.awaitGone(ctx, *slow)
		}
		errs = append(errs, wrapUndo(u, u.do(ctx)))
		if u.slow != nil {
			slow = u.slow
		}
	}
	leftovers, err = b.leftovers(ctx)
	errs = append(errs, err)
	for _, u := range slices.Backward(b.undo) { // directories, once nothing mounts them any more
		if u.last {
			errs = append(errs, wrapUndo(u, u.do(ctx)))
		}
	}
	b.undo = nil
	b.lab.journal.forget(b.owns)
	return leftovers, errors.Join(errs...)
}

// Abandon leaves everything where it is, for a person to look at.
func (b *Bench) Abandon() { b.undo = nil }

func wrapUndo(u undoing, err error) error {
	if err != nil {
		return fmt.Errorf("undoing %s: %w", u.what, err)
	}
	return nil
}

// awaitGone waits for one object within the budget of a deletion. What outlives it is found by leftovers.
func (b *Bench) awaitGone(ctx context.Context, k key) {
	ctx, cancel := context.WithTimeout(ctx, b.lab.cfg.Budgets.Delete)
	defer cancel()
	for {
		versions, _, changed := b.lab.journal.read(k)
		if len(versions) == 0 || versions[len(versions)-1].gone {
			return
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return
		}
	}
}

// awaitNothing waits until no object of the spec exists, and names those that do when the budget is spent.
func (b *Bench) awaitNothing(ctx context.Context) []string {
	ctx, cancel := context.WithTimeout(ctx, b.lab.cfg.Budgets.Delete)
	defer cancel()
	for {
		left, changed := b.lab.journal.existing(b.owns)
		if len(left) == 0 {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			var names []string
			for _, o := range left {
				names = append(names, describe(o))
			}
			return names
		}
	}
}

func describe(o client.Object) string {
	words := fmt.Sprintf("%T %s", o, client.ObjectKeyFromObject(o))
	if o.GetDeletionTimestamp() == nil {
		return words + " (never deleted)"
	}
	return fmt.Sprintf("%s (deletion asked for, held by %v)", words, o.GetFinalizers())
}
