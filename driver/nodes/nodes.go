// Package nodes exists because two parts of the driver need to know where a node stands: the node plugin its own
// segments, the filer the addresses of its zone's nodes.
package nodes

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
)

// MissingLabelError says which topology label a node lacks.
type MissingLabelError struct {
	Node  string
	Label string
}

// Error implements error.
func (e *MissingLabelError) Error() string {
	return fmt.Sprintf("node %s has no label %s; accepted: a value for it, because the driver's volumes belong to one", e.Node, e.Label)
}

// Segments are the node's values of the topology keys. Errors: *MissingLabelError, the API server's.
func Segments(ctx context.Context, set kubernetes.Interface, node string, keys []string) (map[string]string, error) {
	n, err := set.CoreV1().Nodes().Get(ctx, node, metav1.GetOptions{})
	if err != nil {
		return nil, fmt.Errorf("reading node %s: %w", node, err)
	}
	segments := map[string]string{}
	for _, key := range keys {
		if segments[key] = n.Labels[key]; segments[key] == "" {
			return nil, &MissingLabelError{Node: node, Label: key}
		}
	}
	return segments, nil
}

// settleDelay gathers the changes of several nodes into one call, as when a cluster starts.
const settleDelay = 200 * time.Millisecond

// Addresses calls changed with the sorted addresses of all nodes that have label=value, at first and at each change,
// until ctx ends or changed fails. It returns changed's error, or nil when ctx ended.
func Addresses(ctx context.Context, set kubernetes.Interface, label, value string, changed func([]netip.Addr) error) error {
	nodes, chosen := set.CoreV1().Nodes(), func(o metav1.ListOptions) metav1.ListOptions { o.LabelSelector = label + "=" + value; return o }
	// Not the factory of client-go's informers: it would bring every kind's into the driver's images.
	informer := cache.NewSharedInformer(cache.ToListWatcherWithWatchListSemantics(&cache.ListWatch{
		ListWithContextFunc: func(ctx context.Context, o metav1.ListOptions) (runtime.Object, error) {
			return nodes.List(ctx, chosen(o))
		},
		WatchFuncWithContext: func(ctx context.Context, o metav1.ListOptions) (watch.Interface, error) {
			return nodes.Watch(ctx, chosen(o))
		},
	}, set), &corev1.Node{}, 0)
	news := make(chan struct{}, 1)
	tell := func() {
		select {
		case news <- struct{}{}:
		default: // told already
		}
	}
	if _, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc: func(any) { tell() }, UpdateFunc: func(any, any) { tell() }, DeleteFunc: func(any) { tell() },
	}); err != nil {
		return fmt.Errorf("watching the nodes of %s=%s: %w", label, value, err)
	}
	watching, stop := context.WithCancel(ctx)
	var ended sync.WaitGroup
	ended.Go(func() { informer.RunWithContext(watching) })
	defer ended.Wait()
	defer stop()
	cache.WaitForCacheSync(ctx.Done(), informer.HasSynced)
	tell()
	last := []netip.Addr{{}} // no list is equal to it
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-news:
		}
		if !pause(ctx, settleDelay) {
			return nil
		}
		now := addresses(informer.GetStore().List())
		if slices.Equal(now, last) {
			continue
		}
		if err := changed(now); err != nil {
			return err
		}
		last = now
	}
}

// AddressesNow are the sorted addresses of all nodes that have label=value.
func AddressesNow(ctx context.Context, set kubernetes.Interface, label, value string) ([]netip.Addr, error) {
	list, err := set.CoreV1().Nodes().List(ctx, metav1.ListOptions{LabelSelector: label + "=" + value})
	if err != nil {
		return nil, fmt.Errorf("listing the nodes of %s=%s: %w", label, value, err)
	}
	var all []any
	for i := range list.Items {
		all = append(all, &list.Items[i])
	}
	return addresses(all), nil
}

func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

func addresses(nodes []any) []netip.Addr {
	var all []netip.Addr
	for _, o := range nodes {
		n, ok := o.(*corev1.Node)
		if !ok {
			continue
		}
		for _, a := range n.Status.Addresses {
			if a.Type != corev1.NodeInternalIP && a.Type != corev1.NodeExternalIP {
				continue
			}
			if address, err := netip.ParseAddr(strings.TrimSpace(a.Address)); err == nil {
				all = append(all, address)
			}
		}
	}
	slices.SortFunc(all, netip.Addr.Compare)
	return slices.Compact(all)
}
