package run

import (
	"context"
	"fmt"
	"slices"

	"golang.org/x/sync/errgroup"
	"k8s.io/client-go/kubernetes"

	"csicert/framework/catalogue"
	"csicert/framework/cluster"
	"csicert/framework/kubeconfig"
	"csicert/framework/lab"
	"csicert/framework/run/build"
	"csicert/framework/subject"
	kindconfig "csicert/kind-config"
	"csicert/kind-config/engine"
	"csicert/kind-config/nodeimage"
	"csicert/reports/verdict"
)

// provide makes a cluster, or takes the one to be reused, and puts on it what the suites need.
func (s *Session) provide(ctx context.Context) error {
	var agent build.Image
	if err := s.phase(ctx, "engine", s.provideEngine); err != nil {
		return err
	}
	if err := s.phase(ctx, "images", s.provideImage); err != nil {
		return err
	}
	if err := s.phase(ctx, "cluster", func(ctx context.Context) (string, bool, error) {
		group, gctx := errgroup.WithContext(ctx)
		built := make(chan struct{})
		group.Go(func() (err error) { // beside the cluster's creation, which mostly waits
			if agent, err = build.Agent(gctx, s.buildOptions()); err != nil {
				return err
			}
			close(built)
			s.Programs, err = build.ForSuites(gctx, s.buildOptions())
			return err
		})
		group.Go(func() error {
			return s.provideCluster(gctx, func(ctx context.Context, set kubernetes.Interface) error {
				select {
				case <-built:
					return s.loadImages(ctx, set, agent)
				case <-ctx.Done():
					return context.Cause(ctx)
				}
			})
		})
		if err := group.Wait(); err != nil {
			return "", false, err
		}
		return fmt.Sprintf("%s, %d nodes", s.cluster.Name, len(s.cluster.Nodes)), s.Reuse != "", nil
	}); err != nil {
		return err
	}
	return s.provideSubject(ctx, agent.Ref)
}

// provideSubject is the last step on any cluster: the driver, if there is one, and the keepers.
func (s *Session) provideSubject(ctx context.Context, agentImage string) error {
	if s.driver == nil {
		return s.prepare(ctx, agentImage)
	}
	return s.phase(ctx, "driver", func(ctx context.Context) (note string, cached bool, err error) {
		if note, cached, err = s.provideDriver(ctx); err != nil {
			return "", false, err
		}
		return note, cached, s.prepare(ctx, agentImage)
	})
}

func (s *Session) provideEngine(ctx context.Context) (note string, cached bool, err error) {
	if s.engine, err = engine.Ensure(ctx, s.engineOptions(warmSpace)); err != nil {
		return "", false, err
	}
	for _, a := range s.engine.Adaptations {
		s.adaptations = append(s.adaptations, a.What+": "+a.Why)
	}
	return fmt.Sprintf("docker %s, %s", s.engine.Version, s.engine.StorageDriver), false, nil
}

func (s *Session) provideImage(ctx context.Context) (note string, cached bool, err error) {
	o := s.imageOptions(s.engine.Docker)
	there, err := nodeimage.List(ctx, o)
	if err != nil {
		return "", false, err
	}
	if len(there) == 0 {
		if err := room(coldSpace, s.StateDir, s.engine.DataRoot); err != nil {
			return "", false, err
		}
	}
	if s.image, err = nodeimage.Ensure(ctx, o); err != nil {
		return "", false, err
	}
	if err := s.driverImages(ctx); err != nil {
		return "", false, err
	}
	cached = slices.ContainsFunc(there, func(i nodeimage.Image) bool { return i.Ref == s.image.Ref })
	return fmt.Sprintf("%s, %s", s.image.Ref, s.image.Origin), cached, nil
}

// provideCluster makes the cluster, or takes one again, and has its nodes loaded, unless with nil.
func (s *Session) provideCluster(ctx context.Context, load func(context.Context, kubernetes.Interface) error) (err error) {
	o := s.ownCluster()
	if s.Reuse != "" {
		s.say("cluster: using %s again, as asked", s.Reuse)
		if s.cluster, err = cluster.Reuse(ctx, o); err != nil || load == nil {
			return err
		}
		set, err := clientFor(s.cluster)
		if err != nil {
			return err
		}
		return load(ctx, set)
	}
	shape, err := kindconfig.Load(s.Shape)
	if err != nil {
		return err
	}
	var reasons []string
	o.Shape, reasons = shape.Fit(kindconfig.Limits{NoRaisedLimits: !s.engine.Host.CanRaiseLimits(), CgroupV1: s.engine.Host.CgroupV1, NoDefaultCNI: !s.image.HasCNI, Kubernetes: s.image.Kubernetes})
	for _, reason := range reasons {
		s.say("cluster: %s", reason)
	}
	s.adaptations = append(s.adaptations, reasons...)
	o.Image, o.OwnCNI, o.Meanwhile = s.image.Ref, !s.image.HasCNI, load
	s.cluster, err = cluster.Create(ctx, o)
	return err
}

// ownCluster is the cluster that this session makes or uses again.
func (s *Session) ownCluster() cluster.Options {
	name := "csicert-" + s.ID
	if s.Name != "" {
		name = s.Name
	}
	if s.Reuse != "" {
		name = s.Reuse
	}
	return s.clusterOptions(name, s.engine.Docker)
}

// join takes the cluster that the user named.
func (s *Session) join(ctx context.Context) error {
	if err := s.phase(ctx, "cluster", func(ctx context.Context) (note string, cached bool, err error) {
		if s.cluster, err = cluster.Existing(ctx, s.Kubeconfig, s.Context); err != nil {
			return "", false, err
		}
		if s.AgentImage == "" {
			return "", false, Invalid{"--agent-image", "none",
				"the reference of the workload image, which every node has or can pull (csicert image agent FILE writes it and prints its name)"}
		}
		if s.Programs, err = build.ForSuites(ctx, s.buildOptions()); err != nil {
			return "", false, err
		}
		return s.cluster.Context, true, nil
	}); err != nil {
		return err
	}
	if err := s.askDoctor(ctx); err != nil {
		return err
	}
	return s.provideSubject(ctx, s.AgentImage)
}

// prepare looks at the cluster and puts the keepers on it.
func (s *Session) prepare(ctx context.Context, agentImage string) error {
	set, workers, err := s.workers(ctx)
	if err != nil {
		return err
	}
	for _, w := range workers {
		region := ""
		for _, n := range s.cluster.Nodes {
			if n.Name == w.Name {
				region = n.Region
			}
		}
		s.nodes = append(s.nodes, verdict.Node{Name: w.Name, Hostname: w.Host, Region: region, Zone: w.Zone})
	}
	if s.driver != nil {
		if s.components, err = components(ctx, set, s.driver); err != nil {
			return err
		}
	}
	has := lab.Capabilities(workers)
	if s.cluster.Own() || s.AllowDisruption {
		has = append(has, catalogue.Disruption, catalogue.DriverSocket)
	}
	restricted := s.PodSecurity == lab.Restricted
	if !restricted {
		has = append(has, catalogue.RootPods)
	}
	has = append(has, claims(s.driver)...)
	budgets := subject.Default()
	if s.driver != nil {
		if budgets, err = s.driver.With(budgets); err != nil {
			return err
		}
	}
	s.Lab = lab.Config{Run: s.ID, Kubeconfig: s.cluster.Kubeconfig, Context: s.cluster.Context, AgentImage: agentImage,
		KeeperNS: keeperNamespace(s.ID), Capabilities: has, HostNetwork: s.cluster.Own() && !restricted, PodSecurity: s.PodSecurity, KeepFailed: s.KeepFailed,
		Budgets: budgets, Driver: s.driver, Sanity: s.Programs.Sanity}
	return lab.Prepare(ctx, s.Lab)
}

// workers are the nodes that pods may run on, with the client that asked for them.
func (s *Session) workers(ctx context.Context) (kubernetes.Interface, []lab.Node, error) {
	set, err := clientFor(s.cluster)
	if err != nil {
		return nil, nil, err
	}
	workers, err := lab.Workers(ctx, set)
	return set, workers, err
}

func clientFor(c *cluster.Cluster) (kubernetes.Interface, error) {
	cfg, err := kubeconfig.REST(c.Kubeconfig, c.Context)
	if err != nil {
		return nil, err
	}
	set, err := kubernetes.NewForConfig(cfg)
	if err != nil {
		return nil, fmt.Errorf("making a client for context %q: %w", c.Context, err)
	}
	return set, nil
}
