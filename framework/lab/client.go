package lab

import (
	"fmt"
	"net/http"
	"sync/atomic"

	snapshotv1 "github.com/kubernetes-csi/external-snapshotter/client/v8/apis/volumesnapshot/v1"
	snapshotset "github.com/kubernetes-csi/external-snapshotter/client/v8/clientset/versioned"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/e2e-framework/klient/k8s/resources"

	"csicert/framework/kubeconfig"
)

// clients reach the cluster; requests counts what they send.
type clients struct {
	rest      *rest.Config
	set       kubernetes.Interface
	objects   *resources.Resources
	snapshots snapshotset.Interface
	requests  *atomic.Int64
}

func connect(file, context string) (clients, error) {
	cfg, err := kubeconfig.REST(file, context)
	if err != nil {
		return clients{}, err
	}
	count := new(atomic.Int64)
	cfg.Wrap(func(next http.RoundTripper) http.RoundTripper { return counting{next, count} })
	typed := rest.CopyConfig(cfg) // for kinds of Kubernetes' own, which cost less so on both sides
	typed.ContentType, typed.AcceptContentTypes = runtime.ContentTypeProtobuf, runtime.ContentTypeProtobuf+","+runtime.ContentTypeJSON
	set, err := kubernetes.NewForConfig(typed)
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
