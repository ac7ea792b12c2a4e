package install

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/tools/cache"
	watchtools "k8s.io/client-go/tools/watch"
)

// awaitServed waits until a custom resource definition is established.
func (i *Installer) awaitServed(ctx context.Context, name string) error {
	definitions := i.objects.Resource(schema.GroupVersionResource{Group: "apiextensions.k8s.io", Version: "v1", Resource: "customresourcedefinitions"})
	return i.await(ctx, definitions, name, func(o *unstructured.Unstructured) (bool, string) {
		conditions, _, _ := unstructured.NestedSlice(o.Object, "status", "conditions")
		for _, c := range conditions {
			if c, ok := c.(map[string]any); ok && c["type"] == "Established" && c["status"] == "True" {
				return true, ""
			}
		}
		return false, "it is not established"
	})
}

// AwaitRollout waits until every Deployment, StatefulSet and DaemonSet that was applied runs as described.
func (i *Installer) AwaitRollout(ctx context.Context) error {
	for _, a := range i.applied {
		done := rollouts()[a.object.GetKind()]
		if done == nil || a.object.GroupVersionKind().Group != "apps" {
			continue
		}
		if err := i.await(ctx, a.resource, a.object.GetName(), done); err != nil {
			pods := i.troubles(context.WithoutCancel(ctx), a.object)
			return fmt.Errorf("waiting for %s %s/%s: %w; its pods: %s", a.object.GetKind(), a.object.GetNamespace(), a.object.GetName(), err, pods)
		}
	}
	return nil
}

// rollouts say of each kind of workload whether all of it is there, or what is missing.
func rollouts() map[string]func(*unstructured.Unstructured) (bool, string) {
	of := func(o *unstructured.Unstructured, fields ...string) int64 {
		n, _, _ := unstructured.NestedInt64(o.Object, fields...)
		return n
	}
	seen := func(o *unstructured.Unstructured) bool {
		return of(o, "status", "observedGeneration") >= o.GetGeneration()
	}
	replicas := func(o *unstructured.Unstructured) (bool, string) {
		want, ready, fresh, all := of(o, "spec", "replicas"), of(o, "status", "readyReplicas"), of(o, "status", "updatedReplicas"), of(o, "status", "replicas")
		return seen(o) && ready == want && fresh == want && all == want, fmt.Sprintf("%d of %d ready", ready, want)
	}
	return map[string]func(*unstructured.Unstructured) (bool, string){
		"Deployment":  replicas,
		"StatefulSet": replicas,
		"DaemonSet": func(o *unstructured.Unstructured) (bool, string) {
			want, ready, fresh := of(o, "status", "desiredNumberScheduled"), of(o, "status", "numberReady"), of(o, "status", "updatedNumberScheduled")
			strategy, _, _ := unstructured.NestedString(o.Object, "spec", "updateStrategy", "type")
			return seen(o) && want > 0 && ready == want && (fresh == want || strategy == "OnDelete"), fmt.Sprintf("%d of %d ready", ready, want)
		},
	}
}

// await watches one object until done says so.
func (i *Installer) await(ctx context.Context, resource dynamic.ResourceInterface, name string, done func(*unstructured.Unstructured) (bool, string)) error {
	limit, cancel := context.WithTimeout(ctx, i.within)
	defer cancel()
	last := "it was not seen"
	_, err := watchtools.UntilWithSync(limit, named(resource, name), &unstructured.Unstructured{}, nil, func(e watch.Event) (bool, error) {
		o, ok := e.Object.(*unstructured.Unstructured)
		if !ok || e.Type == watch.Deleted {
			return false, errors.New("it was deleted")
		}
		var is bool
		is, last = done(o)
		return is, nil
	})
	if err != nil && limit.Err() != nil && ctx.Err() == nil {
		return fmt.Errorf("%s after %s", last, i.within)
	}
	return err
}

func named(resource dynamic.ResourceInterface, name string) cache.ListerWatcher {
	only := func(o *metav1.ListOptions) {
		o.FieldSelector = fields.OneTermEqualSelector("metadata.name", name).String()
	}
	return &cache.ListWatch{
		ListWithContextFunc: func(ctx context.Context, o metav1.ListOptions) (runtime.Object, error) {
			only(&o)
			return resource.List(ctx, o)
		},
		WatchFuncWithContext: func(ctx context.Context, o metav1.ListOptions) (watch.Interface, error) {
			only(&o)
			return resource.Watch(ctx, o)
		},
	}
}

func awaitGone(ctx context.Context, resource dynamic.ResourceInterface, name string) error {
	gone := func(store cache.Store) (bool, error) { return len(store.List()) == 0, nil }
	_, err := watchtools.UntilWithSync(ctx, named(resource, name), &unstructured.Unstructured{}, gone, func(e watch.Event) (bool, error) {
		return e.Type == watch.Deleted, nil
	})
	return err
}

// AwaitDriver waits until the driver's CSIDriver is there and these nodes' kubelets know its plugin with the topology
// keys. Nodes is what must have it; empty: at least one.
func (i *Installer) AwaitDriver(ctx context.Context, name string, nodes, keys []string) error {
	if _, err := i.set.StorageV1().CSIDrivers().Get(ctx, name, metav1.GetOptions{}); apierrors.IsNotFound(err) {
		return Invalid{"name", name + ", of which the cluster has no CSIDriver object", "the name of a driver that is installed, or an install section"}
	} else if err != nil {
		return fmt.Errorf("looking for the CSIDriver object: %w", err)
	}
	if len(i.applied) == 0 { // the driver was there before: what its nodes registered stays
		if err := i.checkKeys(ctx, name, keys); err != nil {
			return err
		}
	}
	limit, cancel := context.WithTimeout(ctx, i.within)
	defer cancel()
	has := map[string]bool{}
	all := cache.NewListWatchFromClient(i.set.StorageV1().RESTClient(), "csinodes", "", fields.Everything())
	_, err := watchtools.UntilWithSync(limit, all, &storagev1.CSINode{}, nil, func(e watch.Event) (bool, error) {
		n, ok := e.Object.(*storagev1.CSINode)
		if !ok {
			return false, nil
		}
		has[n.Name] = e.Type != watch.Deleted && registered(n, name, keys)
		if len(nodes) == 0 {
			return has[n.Name], nil
		}
		return !slices.ContainsFunc(nodes, func(node string) bool { return !has[node] }), nil
	})
	if err != nil && limit.Err() != nil && ctx.Err() == nil {
		if err := i.checkKeys(ctx, name, keys); err != nil {
			return err
		}
		var missing []string
		for _, node := range nodes {
			if !has[node] {
				missing = append(missing, node)
			}
		}
		return fmt.Errorf("after %s the driver %s with topology keys %v is not registered on node %s", i.within, name, keys, strings.Join(missing, ", "))
	}
	return err
}

// checkKeys refuses topology keys that no node registered of those that have the driver. Errors: Invalid.
func (i *Installer) checkKeys(ctx context.Context, name string, keys []string) error {
	nodes, err := i.set.StorageV1().CSINodes().List(ctx, metav1.ListOptions{})
	if err != nil {
		return fmt.Errorf("reading what the nodes' kubelets know of the driver: %w", err)
	}
	var there []string
	anywhere := false
	for _, n := range nodes.Items {
		for _, d := range n.Spec.Drivers {
			if d.Name == name {
				anywhere = true
				there = append(there, d.TopologyKeys...)
			}
		}
	}
	if !anywhere {
		return nil // to be waited for
	}
	slices.Sort(there)
	there = slices.Compact(there)
	for at, key := range keys {
		if slices.Contains(there, key) {
			continue
		}
		accepted := "keys that the driver registered on nodes: " + strings.Join(there, ", ")
		if len(there) == 0 {
			accepted = "no topology: the driver registered no keys on any node"
		}
		return Invalid{fmt.Sprintf("topology.keys[%d]", at), key + ", which " + name + " registered on no node", accepted}
	}
	return nil
}

func registered(n *storagev1.CSINode, driver string, keys []string) bool {
	return slices.ContainsFunc(n.Spec.Drivers, func(d storagev1.CSINodeDriver) bool {
		return d.Name == driver && !slices.ContainsFunc(keys, func(k string) bool { return !slices.Contains(d.TopologyKeys, k) })
	})
}

// troubles tells why the pods of a workload are not ready, with the last lines of those that ended.
func (i *Installer) troubles(ctx context.Context, workload *unstructured.Unstructured) string {
	ctx, cancel := context.WithTimeout(ctx, i.within)
	defer cancel()
	labels, _, _ := unstructured.NestedStringMap(workload.Object, "spec", "selector", "matchLabels")
	pods, err := i.set.CoreV1().Pods(workload.GetNamespace()).List(ctx, metav1.ListOptions{LabelSelector: metav1.FormatLabelSelector(&metav1.LabelSelector{MatchLabels: labels})})
	if err != nil {
		return "not known: " + err.Error()
	}
	var words []string
	for _, p := range pods.Items {
		for _, c := range p.Status.ContainerStatuses {
			if !c.Ready {
				words = append(words, fmt.Sprintf("%s/%s on %s: %s", p.Name, c.Name, p.Spec.NodeName, i.trouble(ctx, p, c)))
			}
		}
		if len(p.Status.ContainerStatuses) == 0 {
			words = append(words, fmt.Sprintf("%s is %s", p.Name, p.Status.Phase))
		}
	}
	if len(words) == 0 {
		return "none"
	}
	return strings.Join(words, "; ")
}

func (i *Installer) trouble(ctx context.Context, p corev1.Pod, c corev1.ContainerStatus) string {
	if w := c.State.Waiting; w != nil && c.RestartCount == 0 {
		return w.Reason + " " + w.Message
	}
	lines := int64(5)
	log, err := i.set.CoreV1().Pods(p.Namespace).GetLogs(p.Name, &corev1.PodLogOptions{Container: c.Name, TailLines: &lines, Previous: c.State.Waiting != nil}).DoRaw(ctx)
	if err != nil {
		return "its log cannot be read: " + err.Error()
	}
	return fmt.Sprintf("started %d times, last words: %s", c.RestartCount+1, strings.TrimSpace(string(log)))
}
