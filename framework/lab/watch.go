package lab

import (
	"context"
	"fmt"
	"sync"

	snapshotv1 "github.com/kubernetes-csi/external-snapshotter/client/v8/apis/volumesnapshot/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Kinds that the journal follows.
const (
	kindClaim  = "claim"
	kindPod    = "pod"
	kindVolume = "volume"

	kindSnapshot = "snapshot"
	kindContent  = "snapshot content"
)

// follow starts the process's watches: claims, pods, events and snapshots of its namespace, and the volumes and snapshot
// contents that belong to it.
// It returns once each has been listed; the watches end with the context.
func follow(ctx context.Context, c clients, namespace string, withSnapshots bool, j *journal) (stopped *sync.WaitGroup, err error) {
	core := c.set.CoreV1().RESTClient()
	sources := []source{
		{kindClaim, &corev1.PersistentVolumeClaim{}, cache.NewListWatchFromClient(core, "persistentvolumeclaims", namespace, fields.Everything())},
		{kindPod, &corev1.Pod{}, cache.NewListWatchFromClient(core, "pods", namespace, fields.Everything())},
		{"event", &corev1.Event{}, cache.NewListWatchFromClient(core, "events", namespace, fields.Everything())},
		{kindVolume, &corev1.PersistentVolume{}, cache.NewListWatchFromClient(core, "persistentvolumes", "", fields.Everything())},
	}
	if withSnapshots {
		snapshots := c.snapshots.SnapshotV1().RESTClient()
		sources = append(sources,
			source{kindSnapshot, &snapshotv1.VolumeSnapshot{}, cache.NewListWatchFromClient(snapshots, "volumesnapshots", namespace, fields.Everything())},
			source{kindContent, &snapshotv1.VolumeSnapshotContent{}, cache.NewListWatchFromClient(snapshots, "volumesnapshotcontents", "", fields.Everything())})
	}
	stopped = &sync.WaitGroup{}
	var synced []cache.InformerSynced
	for _, s := range sources {
		informer := cache.NewSharedInformer(s.lw, s.sample, 0)
		if err := informer.SetTransform(withoutManagedFields); err != nil {
			return nil, fmt.Errorf("preparing the watch of %ss: %w", s.kind, err)
		}
		registration, err := informer.AddEventHandler(into(j, s.kind, namespace))
		if err != nil {
			return nil, fmt.Errorf("watching %ss: %w", s.kind, err)
		}
		synced = append(synced, registration.HasSynced)
		stopped.Go(func() { informer.RunWithContext(ctx) })
	}
	if !cache.WaitForCacheSync(ctx.Done(), synced...) {
		return nil, fmt.Errorf("listing what stands in the cluster: %w", context.Cause(ctx))
	}
	return stopped, nil
}

// source is one kind to be watched.
type source struct {
	kind   string
	sample client.Object
	lw     cache.ListerWatcher
}

// into writes what a watch shows of the namespace's to the journal.
func into(j *journal, kind, namespace string) cache.ResourceEventHandler {
	see := func(object any, gone bool) {
		if last, ok := object.(cache.DeletedFinalStateUnknown); ok {
			object = last.Obj
		}
		switch o := object.(type) {
		case *corev1.Event:
			j.tell(*o)
		case client.Object:
			if !belongs(o, namespace) {
				return
			}
			j.write(keyOf(kind, o), o, gone)
		}
	}
	return cache.ResourceEventHandlerFuncs{
		AddFunc:    func(o any) { see(o, false) },
		UpdateFunc: func(_, o any) { see(o, false) },
		DeleteFunc: func(o any) { see(o, true) },
	}
}

func keyOf(kind string, o client.Object) key { return key{kind, o.GetNamespace(), o.GetName()} }

// withoutManagedFields drops what no spec looks at and every object carries; it is most of an object's size.
func withoutManagedFields(o any) (any, error) {
	if accessor, ok := o.(metav1.Object); ok {
		accessor.SetManagedFields(nil)
	}
	return o, nil
}

// belongs tells whether an object is this process's: in its namespace, labelled so, or made by a controller for an
// object of the namespace.
func belongs(o client.Object, namespace string) bool {
	return o.GetNamespace() == namespace || o.GetLabels()[LabelNS] == namespace || onBehalf(o).Namespace == namespace
}

// onBehalf is the claim or snapshot for which a controller made a volume or content; empty for other objects.
func onBehalf(o client.Object) types.NamespacedName {
	switch o := o.(type) {
	case *corev1.PersistentVolume:
		if r := o.Spec.ClaimRef; r != nil {
			return types.NamespacedName{Namespace: r.Namespace, Name: r.Name}
		}
	case *snapshotv1.VolumeSnapshotContent:
		return types.NamespacedName{Namespace: o.Spec.VolumeSnapshotRef.Namespace, Name: o.Spec.VolumeSnapshotRef.Name}
	}
	return types.NamespacedName{}
}
