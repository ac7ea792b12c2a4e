package lab

import (
	"context"
	"fmt"
	"sync"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Kinds that the journal follows.
const (
	kindClaim  = "claim"
	kindPod    = "pod"
	kindVolume = "volume"
)

// follow starts the process's watches: claims, pods and events of its namespace, and volumes with its label.
// It returns once each has been listed; the watches end with the context.
func follow(ctx context.Context, set kubernetes.Interface, namespace string, j *journal) (stopped *sync.WaitGroup, err error) {
	core := set.CoreV1().RESTClient()
	mine := labels.Set{LabelNS: namespace}.String()
	sources := []struct {
		kind   string
		sample client.Object
		lw     cache.ListerWatcher
	}{
		{kindClaim, &corev1.PersistentVolumeClaim{}, cache.NewListWatchFromClient(core, "persistentvolumeclaims", namespace, fields.Everything())},
		{kindPod, &corev1.Pod{}, cache.NewListWatchFromClient(core, "pods", namespace, fields.Everything())},
		{"event", &corev1.Event{}, cache.NewListWatchFromClient(core, "events", namespace, fields.Everything())},
		{kindVolume, &corev1.PersistentVolume{}, cache.NewFilteredListWatchFromClient(core, "persistentvolumes", "", func(o *metav1.ListOptions) { o.LabelSelector = mine })},
	}
	stopped = &sync.WaitGroup{}
	var synced []cache.InformerSynced
	for _, s := range sources {
		informer := cache.NewSharedInformer(s.lw, s.sample, 0)
		if err := informer.SetTransform(withoutManagedFields); err != nil {
			return nil, fmt.Errorf("preparing the watch of %ss: %w", s.kind, err)
		}
		registration, err := informer.AddEventHandler(into(j, s.kind))
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

// into writes what a watch shows to the journal.
func into(j *journal, kind string) cache.ResourceEventHandler {
	see := func(object any, gone bool) {
		if last, ok := object.(cache.DeletedFinalStateUnknown); ok {
			object = last.Obj
		}
		switch o := object.(type) {
		case *corev1.Event:
			j.tell(*o)
		case client.Object:
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
