package lab

import (
	"fmt"
	"net/http"
	"sync/atomic"

	snapshotv1 "github.com/kubernetes-csi/external-snapshotter/client/v8/apis/volumesnapshot/v1"
	snapshotset "github.com/kubernetes-csi/external-snapshotter/client/v8/clientset/versioned"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/e2e-framework/klient/k8s/resources"
)

// clients reach the cluster; requests counts what they send.
type clients struct {
	rest      *rest.Config
	set       kubernetes.Interface
	objects   *resources.Resources
	snapshots snapshotset.Interface
	requests  *atomic.Int64
}

func connect(kubeconfig, context string) (clients, error) {
	cfg, err := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(
		&clientcmd.ClientConfigLoadingRules{ExplicitPath: kubeconfig},
		&clientcmd.ConfigOverrides{CurrentContext: context}).ClientConfig()
	if err != nil {
		return clients{}, fmt.Errorf("reading context %q of %s: %w", context, kubeconfig, err)
	}
	cfg.QPS, cfg.Burst = -1, 0 // the API server's own fairness decides; a client-side limit would distort times
	count := new(atomic.Int64)
	cfg.Wrap(func(next http.RoundTripper) http.RoundTripper { return counting{next, count} })
	set, err := kubernetes.NewForConfig(cfg)
	if err != nil {
		return clients{}, fmt.Errorf("making a client: %w", err)
	}
	objects, err := resources.New(cfg)
	if err != nil {
		return clients{}, fmt.Errorf("making an object client: %w", err)
	}
	if err := snapshotv1.AddToScheme(objects.GetScheme()); err != nil {
		return clients{}, fmt.Errorf("learning the snapshot kinds: %w", err)
	}
	snapshots, err := snapshotset.NewForConfig(cfg)
	if err != nil {
		return clients{}, fmt.Errorf("making a snapshot client: %w", err)
	}
	return clients{rest: cfg, set: set, objects: objects, snapshots: snapshots, requests: count}, nil
}

type counting struct {
	next  http.RoundTripper
	count *atomic.Int64
}

func (c counting) RoundTrip(r *http.Request) (*http.Response, error) {
	c.count.Add(1)
	return c.next.RoundTrip(r)
}
