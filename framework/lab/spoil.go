package lab

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	snapshotv1 "github.com/kubernetes-csi/external-snapshotter/client/v8/apis/volumesnapshot/v1"
	"github.com/onsi/ginkgo/v2"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/e2e-framework/klient/k8s/resources"

	"csicert/framework/agent"
	"csicert/framework/witness"
)

// judging counts the spec's judgements, each just before it looks, and has what it looks at spoilt where the run is to show
// that this very judgement can fail (catalogue.Spoilt). No run that judges a driver spoils anything.
func (b *Bench) judging(ctx context.Context, spoil func(context.Context) error) {
	ginkgo.GinkgoHelper()
	b.judged++
	if b.lab.cfg.Spoil == 0 {
		return
	}
	b.say("judgement %d", b.judged)
	if b.judged != b.lab.cfg.Spoil {
		return
	}
	if err := spoil(ctx); err != nil {
		b.blocked("spoiling what is judged", err.Error())
	}
}

// stray is what spoilt data have besides their own.
const stray = "nobody-made-this"

// litter puts a folder that nobody made into the pod's first claim, by a pod of its own where that one may only read.
func (b *Bench) litter(p *Pod) func(context.Context) error {
	return func(ctx context.Context) error {
		by := p
		if mounts := p.Now().Spec.Containers[0].VolumeMounts; len(mounts) > 0 && mounts[0].ReadOnly {
			claim := p.Now().Spec.Volumes[0].PersistentVolumeClaim.ClaimName
			by = b.Pod(ctx, func(w *corev1.Pod) { mount(w, claim, false) }, OnlyOn(b.NodeOf(p)))
			by.Reach(ctx, witness.Run())
		}
		b.say("spoiling: a folder %s into the claim of %s", stray, p.Name())
		return b.lab.clients.run(ctx, by.key.namespace, by.Name(), agent.Mkdir{Under: dataDir(0), Name: stray, Mode: 0o755}.Args(), nil)
	}
}

// litterDisk is litter on the disk of a node.
func (b *Bench) litterDisk(v *Volume) func(context.Context) error {
	return func(ctx context.Context) error {
		b.say("spoiling: a folder %s into %s", stray, v.Name())
		return b.lab.ask(ctx, v.On.Name, agent.Mkdir{Under: keeperMount + "/" + v.dir, Name: stray, Mode: 0o755}, nil)
	}
}

// lose deletes the object as somebody does who cannot wait: where it is held, what holds it is taken off.
func (t *Thing[T]) lose(ctx context.Context) error {
	if err := t.until(ctx, func(witness.Sight[T]) bool { return true }); err != nil {
		return fmt.Errorf("%s %s was not seen: %w", t.key.kind, t.key.name, err)
	}
	if err := t.orphan(ctx); err != nil {
		return err
	}
	o := t.Now().DeepCopyObject().(client.Object)
	if _, is := o.(*snapshotv1.VolumeSnapshot); is { // one that goes while it is cut is forgotten by its controllers, and its source with it
		t.cut(ctx)
	}
	t.b.say("spoiling: deleting %s %s by force", t.key.kind, t.key.name)
	if pv, is := o.(*corev1.PersistentVolume); is { // else nothing would ever have its storage deleted
		t.b.undo = append(t.b.undo, undoing{what: t.key.kind + " " + t.key.name + ", which was deleted by force", do: func(ctx context.Context) error {
			return client.IgnoreAlreadyExists(t.b.lab.clients.objects.Create(ctx, anew(pv)))
		}})
	}
	if err := t.b.lab.clients.objects.Delete(ctx, o, resources.WithGracePeriod(0)); err != nil {
		return client.IgnoreNotFound(err)
	}
	lost := func(s witness.Sight[T]) bool { return s.Gone || s.Object.GetUID() != o.GetUID() }
	patient, cancel := context.WithTimeout(ctx, beforeForce)
	defer cancel()
	if t.until(patient, lost) == nil {
		return nil
	}
	if err := t.b.lab.takeOff(ctx, o); err != nil {
		return err
	}
	return t.until(ctx, lost)
}

// orphan deletes the controller that would make the object again, if it has one.
func (t *Thing[T]) orphan(ctx context.Context) error {
	owner := metav1.GetControllerOf(t.Now())
	if owner == nil {
		return nil
	}
	t.b.say("spoiling: deleting %s %s and nothing that it made", owner.Kind, owner.Name)
	controller := &metav1.PartialObjectMetadata{TypeMeta: metav1.TypeMeta{APIVersion: owner.APIVersion, Kind: owner.Kind},
		ObjectMeta: metav1.ObjectMeta{Name: owner.Name, Namespace: t.key.namespace}}
	if err := t.b.lab.clients.objects.Delete(ctx, controller, resources.WithDeletePropagation(string(metav1.DeletePropagationOrphan))); err != nil {
		return fmt.Errorf("deleting what makes %s again: %w", t.key.name, err)
	}
	return t.until(ctx, func(s witness.Sight[T]) bool { return s.Gone || metav1.GetControllerOf(s.Object) == nil })
}

// takeOff takes off the object whatever holds it.
func (l *Lab) takeOff(ctx context.Context, o client.Object) error {
	named := o.DeepCopyObject().(client.Object) // the answer is decoded into it
	none := client.RawPatch(types.MergePatchType, []byte(`{"metadata":{"finalizers":null}}`))
	return client.IgnoreNotFound(l.clients.objects.GetControllerRuntimeClient().Patch(ctx, named, none))
}

// cut waits until a snapshot is ready, if it becomes so soon.
func (t *Thing[T]) cut(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, beforeForce)
	defer cancel()
	_ = t.until(ctx, func(witness.Sight[T]) bool { return t.b.ready(t.key) }) // or it never was to be
}

// beforeForce is how long whoever holds an object may take to let go of it.
const beforeForce = 3 * time.Second

// until waits until the watch has shown the object so.
func (t *Thing[T]) until(ctx context.Context, is func(witness.Sight[T]) bool) error {
	return t.b.lab.journal.await(ctx, func() bool {
		s := t.sight()
		return s.Seen && is(s)
	})
}

// Holder is the finalizer that keeps what was made again.
const Holder = "csicert.dev/spoilt"

// revive makes the object again once it is gone, as a tool does that applies what it finds in a folder.
func (t *Thing[T]) revive(ctx context.Context) error {
	o := t.Now().DeepCopyObject().(client.Object)
	if failure := t.await(ctx, t.b.lab.cfg.Budgets.Delete, witness.BeGone[T]()); failure != "" {
		return fmt.Errorf("it has to go first: %s", failure)
	}
	t.b.undo = append(t.b.undo, undoing{what: "what holds " + t.key.kind + " " + t.key.name, do: func(ctx context.Context) error {
		return t.b.lab.letGo(ctx, o)
	}})
	for range mostRevivals {
		t.b.say("spoiling: %s %s is made again", t.key.kind, t.key.name)
		t.b.create(ctx, strings.ToLower(t.key.kind), held(o))
		if err := t.until(ctx, func(s witness.Sight[T]) bool { return !s.Gone }); err != nil {
			return err
		}
		soon, cancel := context.WithTimeout(ctx, lookAgain)
		wentAgain := t.until(soon, func(s witness.Sight[T]) bool { return s.Gone }) == nil
		cancel()
		if !wentAgain {
			return nil
		}
	}
	return fmt.Errorf("somebody deletes %s %s whenever it is made again", t.key.kind, t.key.name)
}

// mostRevivals: whoever deleted the first may do so once more, by its name, and take off whatever holds it.
const mostRevivals = 3

// held is the object anew, held, and with nothing behind it.
func held(o client.Object) client.Object {
	again := anew(o)
	switch a := again.(type) {
	case *corev1.PersistentVolume:
		a.Spec.PersistentVolumeReclaimPolicy = corev1.PersistentVolumeReclaimRetain
	case *snapshotv1.VolumeSnapshotContent:
		a.Spec.DeletionPolicy = snapshotv1.VolumeSnapshotContentRetain
	}
	again.SetFinalizers([]string{Holder})
	return again
}

// letGo takes the holder off the object, and leaves what others hold it by: they come and go meanwhile.
func (l *Lab) letGo(ctx context.Context, o client.Object) error {
	return client.IgnoreNotFound(retry.RetryOnConflict(retry.DefaultBackoff, func() error {
		now := o.DeepCopyObject().(client.Object)
		if err := l.clients.objects.Get(ctx, o.GetName(), o.GetNamespace(), now); err != nil {
			return err
		}
		was := now.DeepCopyObject().(client.Object)
		now.SetFinalizers(slices.DeleteFunc(now.GetFinalizers(), func(f string) bool { return f == Holder }))
		return l.clients.objects.GetControllerRuntimeClient().Patch(ctx, now, client.MergeFromWithOptions(was, client.MergeFromWithOptimisticLock{}))
	}))
}

// anew is the object as somebody would make it again who has its manifest.
func anew(o client.Object) client.Object {
	again := o.DeepCopyObject().(client.Object)
	again.SetUID("")
	again.SetResourceVersion("")
	again.SetFinalizers(nil)
	again.SetOwnerReferences(nil)
	again.SetManagedFields(nil)
	again.SetDeletionTimestamp(nil)
	again.SetDeletionGracePeriodSeconds(nil)
	if p, is := again.(*corev1.Pod); is {
		p.Spec.NodeName = ""
	}
	return again
}
