package cluster

import (
	"context"
	"fmt"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	watchtools "k8s.io/client-go/tools/watch"
	kind "sigs.k8s.io/kind/pkg/cluster"
	"sigs.k8s.io/kind/pkg/cluster/nodes"
	"sigs.k8s.io/kind/pkg/cluster/nodeutils"
)

const (
	registerBudget = 2 * time.Minute // from kind's last step to every node being registered with its pod network
	readyBudget    = 3 * time.Minute // from there to every node Ready and every worker taking pods
)

// settle writes the pod network where the image brings none, and waits for every node: kind's own wait looks at the
// control plane only and is no error when it times out.
func (o Options) settle(ctx context.Context, p *kind.Provider, set kubernetes.Interface, want int) error {
	registered, err := awaitNodes(ctx, set, registerBudget, want, "registered with a pod network", func(n *corev1.Node) string {
		if n.Spec.PodCIDR == "" || internalIP(n) == "" {
			return "no pod network or address yet"
		}
		return ""
	})
	if err != nil {
		return err
	}
	if o.OwnCNI {
		if err := o.network(p, registered); err != nil {
			return err
		}
	}
	group, gctx := errgroup.WithContext(ctx)
	if o.Meanwhile != nil {
		group.Go(func() error { return o.Meanwhile(gctx, set) })
	}
	group.Go(func() error {
		_, err := awaitNodes(gctx, set, readyBudget, want, "Ready and schedulable", func(n *corev1.Node) string {
			if _, cp := n.Labels["node-role.kubernetes.io/control-plane"]; cp {
				bare := n.DeepCopy()
				bare.Spec.Taints = nil // a control plane keeps pods away by design
				return usable(bare)
			}
			return usable(n)
		})
		return err
	})
	return group.Wait()
}

// awaitNodes waits on a watch until so many nodes exist and none has anything missing.
func awaitNodes(ctx context.Context, set kubernetes.Interface, within time.Duration, want int, what string, missing func(*corev1.Node) string) (map[string]*corev1.Node, error) {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	seen := map[string]*corev1.Node{}
	lw := cache.NewListWatchFromClient(set.CoreV1().RESTClient(), "nodes", "", fields.Everything())
	_, err := watchtools.UntilWithSync(ctx, lw, &corev1.Node{}, nil, func(e watch.Event) (bool, error) {
		n := e.Object.(*corev1.Node)
		seen[n.Name] = n
		if len(seen) < want {
			return false, nil
		}
		for _, n := range seen {
			if missing(n) != "" {
				return false, nil
			}
		}
		return true, nil
	})
	if err != nil {
		words := []string{fmt.Sprintf("%d of %d nodes exist", len(seen), want)}
		for name, n := range seen {
			if why := missing(n); why != "" {
				words = append(words, name+": "+why)
			}
		}
		return nil, fmt.Errorf("waiting for every node to be %s (%s): %w", what, strings.Join(words, "; "), err)
	}
	return seen, nil
}

// network gives every node a conflist for its pod network, and routes to the pod networks of the others: what
// kindnet does, for nodes that never come or go.
func (o Options) network(p *kind.Provider, registered map[string]*corev1.Node) error {
	list, err := p.ListInternalNodes(o.Name)
	if err != nil {
		return fmt.Errorf("listing the nodes of %s: %w", o.Name, err)
	}
	var group errgroup.Group
	for _, n := range list {
		group.Go(func() error { return networkNode(n, registered) })
	}
	return group.Wait()
}

func networkNode(n nodes.Node, registered map[string]*corev1.Node) error {
	self, there := registered[n.String()]
	if !there {
		return fmt.Errorf("node %s is not registered with the API server", n)
	}
	for name, other := range registered {
		if name == n.String() {
			continue
		}
		if err := n.Command("ip", "route", "replace", other.Spec.PodCIDR, "via", internalIP(other)).Run(); err != nil {
			return fmt.Errorf("routing to the pods of %s from %s: %w", name, n, err)
		}
	}
	if err := nodeutils.WriteFile(n, "/etc/cni/net.d/10-csicert.conflist", fmt.Sprintf(conflist, self.Spec.PodCIDR)); err != nil {
		return fmt.Errorf("writing the pod network of %s: %w", n, err)
	}
	return nil
}

const conflist = `{"cniVersion": "0.4.0", "name": "csicert", "plugins": [
  {"type": "ptp", "ipMasq": true, "ipam": {"type": "host-local", "dataDir": "/run/cni-ipam-state", "routes": [{"dst": "0.0.0.0/0"}], "ranges": [[{"subnet": "%s"}]]}},
  {"type": "portmap", "capabilities": {"portMappings": true}}
]}
`

func internalIP(n *corev1.Node) string {
	for _, a := range n.Status.Addresses {
		if a.Type == corev1.NodeInternalIP && !strings.Contains(a.Address, ":") {
			return a.Address
		}
	}
	return ""
}
