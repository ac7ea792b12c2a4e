package lab

import (
	"context"
	"errors"
	"fmt"
	"slices"

	snapshotv1 "github.com/kubernetes-csi/external-snapshotter/client/v8/apis/volumesnapshot/v1"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Undo takes everything back that the bench and its neighbour made, the last first, and waits until the watches show it
// gone. What outlives the budget is returned by name: a finding about whoever holds it. The error tells of steps that
// failed.
func (b *Bench) Undo(ctx context.Context) (leftovers []string, err error) {
	benches := []*Bench{b}
	if b.neighbour != nil {
		benches = append(benches, b.neighbour)
	}
	var errs []error
	for _, one := range benches { // both, before either is waited for: a volume that they share goes with its last pod
		errs = append(errs, one.takeBack(ctx))
	}
	for _, one := range benches {
		left, err := one.settle(ctx)
		leftovers, errs = append(leftovers, left...), append(errs, err)
	}
	return leftovers, errors.Join(append(errs, b.part(ctx))...)
}

// takeBack asks for the deletion of what was made.
func (b *Bench) takeBack(ctx context.Context) error {
	errs := []error{b.unretain(ctx)}
	for i, u := range slices.Backward(b.undo) {
		if u.last {
			continue
		}
		if u.cut != nil {
			errs = append(errs, b.undoUnready(ctx, b.undo[:i+1]))
		}
		if !b.undo[i].done {
			errs = append(errs, wrapUndo(u, u.do(ctx)))
		}
	}
	return errors.Join(errs...)
}

// settle waits until nothing is left, and names what is.
func (b *Bench) settle(ctx context.Context) ([]string, error) {
	leftovers, err := b.leftovers(ctx)
	errs := []error{err}
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
func (b *Bench) Abandon() {
	b.undo = nil
	if b.neighbour != nil {
		b.neighbour.lab.unfollow()
	}
}

func wrapUndo(u undoing, err error) error {
	if err != nil {
		return fmt.Errorf("undoing %s: %w", u.what, err)
	}
	return nil
}

// contentRemoval deletes a content once the snapshot that has it is gone. Where both go at one time, the snapshot controller may
// keep the content in its memory for ever, and with it the snapshot, until it is started again.
func (b *Bench) contentRemoval(o *snapshotv1.VolumeSnapshotContent) undoing {
	return undoing{what: kindContent + " " + o.Name, do: func(ctx context.Context) error {
		b.awaitGone(ctx, key{kindSnapshot, o.Spec.VolumeSnapshotRef.Namespace, o.Spec.VolumeSnapshotRef.Name})
		return b.remove(ctx, o)
	}}
}

// undoUnready takes back the snapshots that never became ready, one after the other, before any that did. The snapshot
// controller lets go of their claim when it looks at the last that the claim has; of two that go at one time each is the
// other's reason to hold it, and nobody looks after one that goes last without a finalizer: the claim would stay.
func (b *Bench) undoUnready(ctx context.Context, some []undoing) error {
	var errs []error
	for i := range some {
		u := &some[i]
		if u.cut == nil || u.done || b.ready(*u.cut) {
			continue
		}
		u.done = true
		errs = append(errs, wrapUndo(*u, u.do(ctx)))
		if !b.restored(*u.cut) { // else it waits for a claim that is yet to go
			b.awaitGone(ctx, *u.cut)
		}
	}
	return errors.Join(errs...)
}

func (b *Bench) ready(snapshot key) bool {
	versions, _ := b.lab.journal.read(snapshot)
	if len(versions) == 0 {
		return false
	}
	s, is := versions[len(versions)-1].object.(*snapshotv1.VolumeSnapshot)
	return is && s.Status != nil && s.Status.ReadyToUse != nil && *s.Status.ReadyToUse
}

// restored tells whether a claim of the spec's that is still there is made from the snapshot.
func (b *Bench) restored(snapshot key) bool {
	claims := b.lab.journal.existing(func(o client.Object) bool {
		c, is := o.(*corev1.PersistentVolumeClaim)
		return is && b.owns(o) && c.Spec.DataSourceRef != nil && c.Spec.DataSourceRef.Name == snapshot.name
	})
	return len(claims) > 0
}

// awaitGone waits for one object within the budget of a deletion. What outlives it is found by leftovers.
func (b *Bench) awaitGone(ctx context.Context, k key) {
	ctx, cancel := context.WithTimeout(ctx, b.lab.cfg.Budgets.Undo)
	defer cancel()
	_ = b.lab.journal.await(ctx, func() bool {
		versions, _ := b.lab.journal.read(k)
		return len(versions) == 0 || versions[len(versions)-1].gone
	})
}

// awaitNothing waits until no object of the spec exists, and names those that do when the budget is spent.
func (b *Bench) awaitNothing(ctx context.Context) []string {
	ctx, cancel := context.WithTimeout(ctx, b.lab.cfg.Budgets.Undo)
	defer cancel()
	var left []client.Object
	if b.lab.journal.await(ctx, func() bool {
		left = b.lab.journal.existing(b.owns)
		return len(left) == 0
	}) == nil {
		return nil
	}
	var names []string
	for _, o := range left {
		names = append(names, describe(o))
	}
	return names
}

func describe(o client.Object) string {
	words := fmt.Sprintf("%T %s", o, client.ObjectKeyFromObject(o))
	if o.GetDeletionTimestamp() == nil {
		return words + " (never deleted)"
	}
	return fmt.Sprintf("%s (deletion asked for, held by %v)", words, o.GetFinalizers())
}
