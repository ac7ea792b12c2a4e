package lab

import (
	"context"
	"fmt"
	"net"
	"slices"
	"sync"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/tools/cache"
	watchtools "k8s.io/client-go/tools/watch"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"csicert/framework/agent"
	"csicert/framework/catalogue"
)

// Lab is one suite process's part of the cluster: a namespace, the watches on it, the nodes and their keepers.
type Lab struct {
	cfg        Config
	clients    clients
	namespace  string
	journal    *journal
	nodes      []Node
	keepers    map[string]string     // node name → pod in the keepers' namespace
	attendants map[string]*attendant // by node name
	unwatch    context.CancelFunc
	watches    *sync.WaitGroup
}

// Open joins the cluster as one process of a suite: it makes the process's namespace and starts its watches, which
// live until Close, not until ctx ends.
func Open(ctx context.Context, cfg Config, process int) (*Lab, error) {
	c, err := connect(cfg.Kubeconfig, cfg.Context)
	if err != nil {
		return nil, err
	}
	l := &Lab{cfg: cfg, clients: c, journal: newJournal(), namespace: fmt.Sprintf("csicert-%s-%s%d", cfg.Run, cfg.Suffix, process)}
	if l.nodes, err = Workers(ctx, c.set); err != nil {
		return nil, err
	}
	if len(l.nodes) == 0 {
		return nil, fmt.Errorf("no node that pods may run on in context %q", cfg.Context)
	}
	if l.keepers, err = c.keepersByNode(ctx, cfg); err != nil {
		return nil, err
	}
	l.attendants = map[string]*attendant{}
	for node, pod := range l.keepers {
		l.attendants[node] = newAttendant(func(ctx context.Context) (net.Conn, error) {
			return c.dial(ctx, cfg.KeeperNS, pod, agent.Serve{}.Args())
		})
	}
	if err := l.enter(ctx); err != nil {
		return nil, err
	}
	return l, nil
}

// enter makes the namespace and starts its watches.
func (l *Lab) enter(ctx context.Context) (err error) {
	if err := l.makeNamespace(ctx); err != nil {
		return err
	}
	watching, cancel := context.WithCancel(context.WithoutCancel(ctx))
	l.unwatch = cancel
	if l.watches, err = follow(watching, l.clients, l.namespace, slices.Contains(l.cfg.Capabilities, catalogue.Snapshots), l.journal); err != nil {
		cancel()
		return err
	}
	return nil
}

// makeNamespace creates the process's namespace and waits for its default service account, without which the API
// server refuses pods.
func (l *Lab) makeNamespace(ctx context.Context) error {
	ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: l.namespace, Labels: map[string]string{
		LabelRun: l.cfg.Run, podSecurity: l.cfg.level()}}}
	if err := l.clients.objects.Create(ctx, ns); err != nil {
		return fmt.Errorf("creating namespace %s: %w", l.namespace, err)
	}
	ctx, cancel := context.WithTimeout(ctx, l.cfg.Budgets.Start)
	defer cancel()
	accounts := cache.NewListWatchFromClient(l.clients.set.CoreV1().RESTClient(), "serviceaccounts", l.namespace, fields.OneTermEqualSelector("metadata.name", "default"))
	if _, err := watchtools.UntilWithSync(ctx, accounts, &corev1.ServiceAccount{}, nil, func(e watch.Event) (bool, error) {
		return e.Type == watch.Added || e.Type == watch.Modified, nil
	}); err != nil {
		return fmt.Errorf("waiting for the default service account of %s: %w", l.namespace, err)
	}
	return nil
}

// Close ends the watches and deletes the process's namespace without waiting; Clear sees that it went.
func (l *Lab) Close(ctx context.Context) error {
	for _, a := range l.attendants {
		a.end()
	}
	l.unfollow()
	if left := l.journal.existing(func(o client.Object) bool { return belongs(o, l.namespace) }); l.cfg.KeepFailed && len(left) > 0 {
		return nil // a failed spec's objects are in it, and were to be kept
	}
	return l.dropNamespace(ctx)
}

// unfollow ends the watches.
func (l *Lab) unfollow() {
	l.unwatch()
	l.watches.Wait()
}

func (l *Lab) dropNamespace(ctx context.Context) error {
	if err := l.clients.set.CoreV1().Namespaces().Delete(ctx, l.namespace, metav1.DeleteOptions{}); err != nil {
		return fmt.Errorf("deleting namespace %s: %w", l.namespace, err)
	}
	return nil
}

// Lacks returns the first capability that the cluster does not have, if any.
func (l *Lab) Lacks(needs []catalogue.Capability) (catalogue.Capability, bool) {
	for _, n := range needs {
		if !slices.Contains(l.cfg.Capabilities, n) {
			return n, true
		}
	}
	return "", false
}

// Capabilities tells what the cluster's nodes allow, for the run's configuration.
func Capabilities(nodes []Node) []catalogue.Capability {
	has := []catalogue.Capability{catalogue.LocalVolumes}
	if len(nodes) >= 2 {
		has = append(has, catalogue.TwoNodes)
	}
	if len(nodes) >= 3 {
		has = append(has, catalogue.ThreeNodes)
	}
	unzoned := func(n Node) bool { return n.Zone == "" } // a pod cannot be sent to where it stands
	if len(OnePerZone(nodes)) >= 2 && !slices.ContainsFunc(nodes, unzoned) {
		has = append(has, catalogue.TwoZones)
	}
	return has
}
