package cluster

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"
	"k8s.io/client-go/kubernetes"
	kind "sigs.k8s.io/kind/pkg/cluster"
	"sigs.k8s.io/kind/pkg/cluster/nodes"
	"sigs.k8s.io/kind/pkg/cluster/nodeutils"
	"sigs.k8s.io/kind/pkg/exec"

	kindconfig "csicert/kind-config"
)

// Options say which cluster to make.
type Options struct {
	Name   string           // of the kind cluster; also of its container network
	Shape  kindconfig.Shape // fitted to the host
	Image  string           // node image
	OwnCNI bool             // the image carries no CNI configuration: write one to each node
	Docker string           // path of the client
	// Meanwhile is what can be done while the nodes, which are registered, get ready; nil: nothing.
	Meanwhile func(context.Context, kubernetes.Interface) error
	StateDir  string // where kubeconfigs and the list of clusters made are kept, 0700
	Log       *slog.Logger
	Out       io.Writer
}

var nameForm = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$`)

// Create makes the cluster and returns when every node of it is Ready and every worker takes pods. When it cannot,
// or when ctx ends, nothing of it is left: no container, no network, no kubeconfig.
func Create(ctx context.Context, o Options) (*Cluster, error) {
	if !nameForm.MatchString(o.Name) {
		return nil, Invalid{"cluster name", fmt.Sprintf("%q", o.Name), "lower case letters, digits and dashes, 40 at most"}
	}
	p, err := o.provider()
	if err != nil {
		return nil, err
	}
	if taken, err := p.List(); err != nil {
		return nil, fmt.Errorf("listing kind clusters: %w", err)
	} else if contains(taken, o.Name) {
		return nil, Invalid{"cluster name", fmt.Sprintf("%q, which exists", o.Name), "a name of no cluster, or --reuse " + o.Name}
	}
	if err := o.remember(); err != nil {
		return nil, err
	}
	c, err := o.create(ctx, p)
	if err != nil {
		undone := Delete(context.WithoutCancel(ctx), o)
		return nil, errors.Join(err, undone)
	}
	return c, nil
}

func (o Options) create(ctx context.Context, p *kind.Provider) (*Cluster, error) {
	made := make(chan error, 1)
	go func() {
		cfg := o.Shape.Config
		cfg.Name = o.Name
		made <- p.Create(o.Name, kind.CreateWithV1Alpha4Config(&cfg), kind.CreateWithNodeImage(o.Image),
			kind.CreateWithKubeconfigPath(o.kubeconfig()), kind.CreateWithDisplayUsage(false), kind.CreateWithDisplaySalutation(false))
	}()
	select {
	case err := <-made:
		if err != nil {
			return nil, fmt.Errorf("creating kind cluster %s: %w", o.Name, err)
		}
	case <-ctx.Done(): // kind knows no context: take its containers away under it, and it ends by itself
		err := p.Delete(o.Name, o.kubeconfig())
		<-made
		return nil, errors.Join(fmt.Errorf("creating kind cluster %s: %w", o.Name, context.Cause(ctx)), err)
	}
	c := &Cluster{Name: o.Name, Kubeconfig: o.kubeconfig(), Context: "kind-" + o.Name}
	set, err := client(c.Kubeconfig, c.Context)
	if err != nil {
		return nil, err
	}
	if err := letNodesRead(ctx, set); err != nil {
		return nil, err
	}
	if err := o.settle(ctx, p, set, len(o.Shape.Config.Nodes)); err != nil {
		return nil, err
	}
	if err := c.survey(ctx, set); err != nil {
		return nil, err
	}
	return c, c.zoned()
}

// Reuse finds a cluster that csicert made and kept.
func Reuse(ctx context.Context, o Options) (*Cluster, error) {
	p, err := o.provider()
	if err != nil {
		return nil, err
	}
	there, err := p.List()
	if err != nil {
		return nil, fmt.Errorf("listing kind clusters: %w", err)
	}
	if _, err := os.Stat(o.record()); err != nil || !contains(there, o.Name) {
		return nil, Invalid{"--reuse", fmt.Sprintf("%q, which is no cluster that csicert made and kept", o.Name), fmt.Sprintf("one of %v", Made(o.StateDir, there))}
	}
	c := &Cluster{Name: o.Name, Kubeconfig: o.kubeconfig(), Context: "kind-" + o.Name}
	if err := p.ExportKubeConfig(o.Name, c.Kubeconfig, false); err != nil {
		return nil, fmt.Errorf("writing the kubeconfig of %s: %w", o.Name, err)
	}
	set, err := client(c.Kubeconfig, c.Context)
	if err != nil {
		return nil, err
	}
	if err := c.survey(ctx, set); err != nil {
		return nil, err
	}
	return c, c.zoned()
}

// Archive is an image in a file.
type Archive struct {
	Ref  string // whose tag tells the content, so that a node that has the name has the image
	Path string
	// Nodes are the names of those that need it; none: all of the cluster.
	Nodes []string
}

// LoadImages gives the nodes of the cluster the images that they need and have not yet.
func LoadImages(ctx context.Context, o Options, images ...Archive) error {
	p, err := o.provider()
	if err != nil {
		return err
	}
	all, err := p.ListInternalNodes(o.Name)
	if err != nil {
		return fmt.Errorf("listing the nodes of %s: %w", o.Name, err)
	}
	group, ctx := errgroup.WithContext(ctx)
	for _, n := range all {
		group.Go(func() error {
			there, err := exec.OutputLines(n.CommandContext(ctx, "ctr", "--namespace=k8s.io", "images", "list", "--quiet"))
			if err != nil {
				return fmt.Errorf("listing the images of %s: %w", n, err)
			}
			for _, image := range images {
				if image.isFor(n) && !slices.ContainsFunc(there, image.isNamed) {
					if err := image.load(ctx, n); err != nil {
						return fmt.Errorf("loading %s into %s: %w", image.Ref, n, err)
					}
				}
			}
			return nil
		})
	}
	return group.Wait()
}

func (a Archive) isFor(n nodes.Node) bool {
	return len(a.Nodes) == 0 || slices.Contains(a.Nodes, n.String())
}

// isNamed tells whether a node's name of an image is this one's: a name without a registry gets the default one.
func (a Archive) isNamed(name string) bool {
	return name == a.Ref || strings.HasSuffix(name, "/"+a.Ref)
}

func (a Archive) load(ctx context.Context, n nodes.Node) error {
	if err := context.Cause(ctx); err != nil {
		return err
	}
	f, err := os.Open(a.Path)
	if err != nil {
		return err
	}
	defer f.Close() // only read
	return nodeutils.LoadImageArchive(n, f)
}

// ExportLogs writes what the nodes logged to a directory.
func ExportLogs(o Options, dir string) error {
	p, err := o.provider()
	if err != nil {
		return err
	}
	if err := p.CollectLogs(o.Name, dir); err != nil {
		return fmt.Errorf("collecting the logs of %s: %w", o.Name, err)
	}
	return nil
}
