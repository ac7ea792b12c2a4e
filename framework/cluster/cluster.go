// Package cluster provides a Kubernetes whose nodes have zones: one that kind makes for the run and that is taken
// away again, or one that the user named.
package cluster

import (
	"context"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"csicert/framework/kubeconfig"
)

// Cluster is a Kubernetes that a run may use.
type Cluster struct {
	Name       string // of the kind cluster; empty for one that the user named
	Kubeconfig string // path
	Context    string
	Version    string // of the API server
	Nodes      []Node
}

// Own tells whether csicert made the cluster, and so may disturb and delete it.
func (c Cluster) Own() bool { return c.Name != "" }

// Node is a node and where it stands.
type Node struct {
	Name         string
	Zone, Region string
	Worker       bool // pods without tolerations may run there
}

func client(file, kubeContext string) (kubernetes.Interface, error) {
	cfg, err := kubeconfig.REST(file, kubeContext)
	if err != nil {
		return nil, err
	}
	set, err := kubernetes.NewForConfig(cfg)
	if err != nil {
		return nil, fmt.Errorf("making a client for context %q: %w", kubeContext, err)
	}
	return set, nil
}

// survey fills in the version and the nodes.
func (c *Cluster) survey(ctx context.Context, set kubernetes.Interface) error {
	version, err := set.Discovery().ServerVersion()
	if err != nil {
		return fmt.Errorf("asking the API server of context %q for its version: %w", c.Context, err)
	}
	c.Version = version.GitVersion
	list, err := set.CoreV1().Nodes().List(ctx, metav1.ListOptions{})
	if err != nil {
		return fmt.Errorf("listing the nodes of context %q: %w", c.Context, err)
	}
	c.Nodes = nil
	for _, n := range list.Items {
		c.Nodes = append(c.Nodes, Node{Name: n.Name, Zone: n.Labels[corev1.LabelTopologyZone], Region: n.Labels[corev1.LabelTopologyRegion], Worker: usable(&n) == ""})
	}
	slices.SortFunc(c.Nodes, func(a, b Node) int { return strings.Compare(a.Name, b.Name) })
	return nil
}

// usable says why pods without tolerations cannot run on the node, or nothing when they can.
func usable(n *corev1.Node) string {
	if system := n.Labels[corev1.LabelOSStable]; system != "" && system != string(corev1.Linux) {
		return "runs " + system // the agent is a program for Linux
	}
	ready := corev1.NodeCondition{Message: "it never said"}
	for _, c := range n.Status.Conditions {
		if c.Type == corev1.NodeReady {
			ready = c
		}
	}
	if ready.Status != corev1.ConditionTrue {
		return "not Ready: " + ready.Message
	}
	if n.Spec.Unschedulable {
		return "cordoned"
	}
	for _, t := range n.Spec.Taints {
		if t.Effect != corev1.TaintEffectPreferNoSchedule {
			return "tainted " + t.ToString()
		}
	}
	return ""
}

// Invalid is a request that the user has to mend.
type Invalid struct{ Field, Found, Accepted string }

func (e Invalid) Error() string {
	return fmt.Sprintf("%s: found %s; accepted: %s", e.Field, e.Found, e.Accepted)
}

// BadInput tells the command to end with the exit code for bad input.
func (e Invalid) BadInput() bool { return true }
