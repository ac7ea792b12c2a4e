package cluster

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/tools/clientcmd"
)

// Existing uses a cluster that the user named by kubeconfig and context, both. Nothing is guessed: neither the
// default kubeconfig nor a current context is ever used. Where workers carry
// no zones, what needs zones is unsupported.
func Existing(ctx context.Context, kubeconfig, kubeContext string) (*Cluster, error) {
	if err := Named(kubeconfig, kubeContext); err != nil {
		return nil, err
	}
	c, err := at(kubeconfig, kubeContext)
	if err != nil {
		return nil, err
	}
	set, err := client(kubeconfig, kubeContext)
	if err != nil {
		return nil, err
	}
	if err := c.survey(ctx, set); err != nil {
		return nil, err
	}
	return c, c.usable()
}

// at is the cluster as programs find it that run in other folders than this one.
func at(kubeconfig, kubeContext string) (*Cluster, error) {
	whole, err := filepath.Abs(kubeconfig)
	if err != nil {
		return nil, fmt.Errorf("finding the kubeconfig %s: %w", kubeconfig, err)
	}
	return &Cluster{Kubeconfig: whole, Context: kubeContext}, nil
}

// Named refuses a cluster that the user did not name by a kubeconfig and a context in it.
func Named(kubeconfig, kubeContext string) error {
	if kubeconfig == "" || kubeContext == "" {
		return Invalid{"--kubeconfig, --context", fmt.Sprintf("%q, %q", kubeconfig, kubeContext), "both, for a run never guesses which cluster it may use"}
	}
	if _, err := os.Stat(kubeconfig); err != nil {
		return Invalid{"--kubeconfig", fmt.Sprintf("%s, which cannot be read (%v)", kubeconfig, err), "the path of a kubeconfig file"}
	}
	file, err := clientcmd.LoadFromFile(kubeconfig)
	if err != nil {
		return Invalid{"--kubeconfig", fmt.Sprintf("%s, which is no kubeconfig (%v)", kubeconfig, err), "the path of a kubeconfig file"}
	}
	if _, there := file.Contexts[kubeContext]; !there {
		known := slices.Sorted(maps.Keys(file.Contexts))
		return Invalid{"--context", fmt.Sprintf("%q, which is not in %s", kubeContext, kubeconfig), "one of its contexts: " + strings.Join(known, ", ")}
	}
	return nil
}

// usable refuses a cluster that nothing can be judged on.
func (c *Cluster) usable() error {
	if slices.ContainsFunc(c.Nodes, func(n Node) bool { return n.Worker }) {
		return nil
	}
	return Invalid{"--context", fmt.Sprintf("%q, none of whose %d nodes takes pods", c.Context, len(c.Nodes)), "a cluster with at least one Ready node without taints"}
}

// zoned refuses a cluster of csicert's own on which placement cannot be judged.
func (c *Cluster) zoned() error {
	var without []string
	for _, n := range c.Nodes {
		if n.Worker && n.Zone == "" {
			without = append(without, n.Name)
		}
	}
	if len(without) > 0 {
		return Invalid{"--context", fmt.Sprintf("%q, whose nodes %s have no label %s", c.Context, strings.Join(without, ", "), corev1.LabelTopologyZone),
			"a cluster whose workers all carry their zone"}
	}
	return c.usable()
}
