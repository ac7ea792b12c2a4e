package lab

import (
	"context"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
)

// Node is a worker that pods may run on, and where it stands.
type Node struct {
	Name   string
	Host   string // label kubernetes.io/hostname
	Zone   string // label topology.kubernetes.io/zone
	CPU    int64  // allocatable, in thousandths of a core
	Labels map[string]string
}

// Workers lists the nodes that pods without tolerations may run on, by zone and name.
func Workers(ctx context.Context, set kubernetes.Interface) ([]Node, error) {
	return nodesThat(ctx, set, takesPods)
}

// ComingWorkers are the workers of a cluster whose nodes are registered and may not be Ready yet.
func ComingWorkers(ctx context.Context, set kubernetes.Interface) ([]Node, error) {
	return nodesThat(ctx, set, func(n *corev1.Node) bool {
		ready := n.DeepCopy()
		ready.Spec.Taints = slices.DeleteFunc(ready.Spec.Taints, func(t corev1.Taint) bool { return t.Key == corev1.TaintNodeNotReady })
		ready.Status.Conditions = nil
		return takesPods(ready)
	})
}

func nodesThat(ctx context.Context, set kubernetes.Interface, take func(*corev1.Node) bool) ([]Node, error) {
	list, err := set.CoreV1().Nodes().List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, fmt.Errorf("listing nodes: %w", err)
	}
	var workers []Node
	for _, n := range list.Items {
		if !take(&n) {
			continue
		}
		workers = append(workers, Node{Name: n.Name, Host: n.Labels[corev1.LabelHostname], Zone: n.Labels[corev1.LabelTopologyZone],
			CPU: n.Status.Allocatable.Cpu().MilliValue(), Labels: n.Labels})
	}
	slices.SortFunc(workers, func(a, b Node) int { return strings.Compare(a.Zone+" "+a.Name, b.Zone+" "+b.Name) })
	return workers, nil
}

// takesPods tells whether the agent's pods, which tolerate nothing and are for Linux, may run on the node now.
func takesPods(n *corev1.Node) bool {
	if system := n.Labels[corev1.LabelOSStable]; system != "" && system != string(corev1.Linux) {
		return false
	}
	repels := func(t corev1.Taint) bool { return t.Effect != corev1.TaintEffectPreferNoSchedule }
	lost := func(c corev1.NodeCondition) bool {
		return c.Type == corev1.NodeReady && c.Status != corev1.ConditionTrue
	}
	return !n.Spec.Unschedulable && !slices.ContainsFunc(n.Spec.Taints, repels) && !slices.ContainsFunc(n.Status.Conditions, lost)
}

// OnePerZone returns the first node of every zone, in the order of the zones.
func OnePerZone(nodes []Node) []Node {
	var firsts []Node
	for _, n := range nodes {
		if !slices.ContainsFunc(firsts, func(f Node) bool { return f.Zone == n.Zone }) {
			firsts = append(firsts, n)
		}
	}
	return firsts
}
