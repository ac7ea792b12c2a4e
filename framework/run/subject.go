package run

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"csicert/driver/deploy"
	"csicert/framework/catalogue"
	"csicert/framework/cluster"
	"csicert/framework/install"
	"csicert/framework/kubeconfig"
	"csicert/framework/lab"
	"csicert/framework/run/build"
	"csicert/framework/subject"
	driverimages "csicert/kind-config/images/driver"
)

// rollout bounds each workload's coming up.
const rollout = 4 * time.Minute

// driverImages are the images of the driver and of the snapshot controller that this run brings into a cluster of its
// own.
func (s *Session) driverImages(ctx context.Context) error {
	if s.driver == nil || s.existing() {
		return nil
	}
	names := driverimages.Names()
	if s.Mutants {
		names = append(names, driverimages.Mutant)
	}
	if !s.driver.Install.Bundled {
		names = []string{"snapshot-controller"}
	}
	images, err := driverimages.Build(ctx, driverimages.Options{Source: s.Source, CacheDir: filepath.Join(s.StateDir, "images"), Names: names, Log: s.Log, Out: s.Out})
	if err != nil {
		return err
	}
	s.images = images
	return nil
}

// provideDriver puts the driver on the cluster, or finds it there, and learns its classes.
func (s *Session) provideDriver(ctx context.Context) (note string, cached bool, err error) {
	cfg, err := kubeconfig.REST(s.cluster.Kubeconfig, s.cluster.Context)
	if err != nil {
		return "", false, err
	}
	if s.installer, err = install.New(install.Options{Config: cfg, Within: rollout, Adopt: s.cluster.Own()}); err != nil {
		return "", false, err
	}
	set, workers, err := s.workers(ctx)
	if err != nil {
		return "", false, err
	}
	if s.cluster.Own() {
		if err := s.installSnapshots(ctx, workers); err != nil {
			return "", false, err
		}
	}
	if s.driver.Install.Bundled {
		err = s.installBundled(ctx, set, workers)
	} else {
		err = s.installManifests(ctx)
	}
	if err != nil {
		return "", false, err
	}
	if err := s.installer.AwaitRollout(ctx); err != nil {
		return "", false, err
	}
	var must, keys []string
	if s.driver.Topology != nil {
		keys = s.driver.Topology.Keys
	}
	if s.driver.Install.Bundled {
		must = names(workers)
	}
	if err := s.installer.AwaitDriver(ctx, s.driver.Name, must, keys); err != nil {
		return "", false, inDefinition(s.driver, err)
	}
	resolved, err := s.installer.Resolve(ctx, *s.driver)
	if err != nil {
		return "", false, inDefinition(s.driver, err)
	}
	s.driver = &resolved
	return s.driver.Name, false, nil
}

// controllers is the worker that the controllers run on, one without a filer where there is one: the others are spared
// their images.
func controllers(workers []lab.Node) lab.Node {
	busy := lab.OnePerZone(workers)
	for _, w := range workers {
		if !slices.ContainsFunc(busy, func(f lab.Node) bool { return f.Name == w.Name }) {
			return w
		}
	}
	return workers[0]
}

// loadImages gives the nodes the agent's image and, where csicert deploys the driver, the driver's.
func (s *Session) loadImages(ctx context.Context, set kubernetes.Interface, agent build.Image) error {
	workers, err := lab.ComingWorkers(ctx, set)
	if err != nil {
		return err
	}
	archives := []cluster.Archive{{Ref: agent.Ref, Path: agent.Archive}}
	for _, image := range s.images {
		needed := names(workers)
		switch image.Name {
		case "filer":
			needed = names(lab.OnePerZone(workers))
		case "csi-provisioner", "csi-snapshotter", "csi-resizer", "snapshot-controller":
			needed = []string{controllers(workers).Name}
		}
		archives = append(archives, cluster.Archive{Ref: image.Ref, Path: image.Archive, Nodes: needed})
	}
	return cluster.LoadImages(ctx, s.ownCluster(), archives...)
}

func (s *Session) references() map[string]string {
	refs := map[string]string{}
	for _, image := range s.images {
		refs[image.Name] = image.Ref
	}
	return refs
}

// installSnapshots gives a cluster of our own what every cluster with snapshots has: their kinds and their controller.
func (s *Session) installSnapshots(ctx context.Context, workers []lab.Node) error {
	if s.driver.SnapshotClass == nil && !s.driver.Install.Bundled {
		return nil
	}
	kinds, err := driverimages.SnapshotCRDs(ctx, s.Source)
	if err != nil {
		return err
	}
	if err := s.installer.Apply(ctx, "the snapshot kinds", kinds); err != nil {
		return err
	}
	controller, err := deploy.RenderSnapshotController(s.references(), controllers(workers).Host)
	if err != nil {
		return err
	}
	return s.installer.Apply(ctx, "the snapshot controller", controller)
}

func (s *Session) installManifests(ctx context.Context) error {
	for _, file := range s.driver.Install.Manifests {
		content, err := os.ReadFile(file)
		if err != nil {
			return fmt.Errorf("reading the driver's manifests: %w", err)
		}
		if err := s.installer.Apply(ctx, file, content); err != nil {
			return err
		}
	}
	return nil
}

func (s *Session) deployBundled(ctx context.Context) error {
	set, workers, err := s.workers(ctx)
	if err != nil {
		return err
	}
	return s.installBundled(ctx, set, workers)
}

func (s *Session) installBundled(ctx context.Context, set kubernetes.Interface, workers []lab.Node) error {
	o := deploy.Defaults()
	if s.controllers > 0 {
		o.Controllers = s.controllers
	}
	o.Images = s.references()
	if s.Mutants {
		o.Plugin = driverimages.Mutant
	}
	o.ControllerHost = controllers(workers).Host
	for _, f := range lab.OnePerZone(workers) {
		o.Zones = append(o.Zones, deploy.Zone{Name: f.Zone, Hostname: f.Host})
	}
	everywhere := func(key string) bool {
		return !slices.ContainsFunc(workers, func(w lab.Node) bool { return w.Labels[key] == "" })
	}
	s.driver.Topology.AlsoAllowed = slices.DeleteFunc(s.driver.Topology.AlsoAllowed, func(key string) bool { return !everywhere(key) })
	o.Keys = s.driver.Topology.AlsoAllowed
	if p := s.driver.Topology.Partial; p != nil && !slices.ContainsFunc(o.Zones, func(z deploy.Zone) bool { return slices.Contains(p.Segments, z.Name) }) {
		s.driver.Topology.Partial = nil // the driver would refuse a zone in which it has no filer
	}
	var err error
	if o.Credentials, err = credentials(ctx, set, o.Zones); err != nil {
		return err
	}
	manifests, err := deploy.Render(o)
	if err != nil {
		return err
	}
	return s.installer.Apply(ctx, "the bundled driver", manifests)
}

// credentials are those of the cluster's filers, or new ones where there are none: running filers keep what they read
// when they started.
func credentials(ctx context.Context, set kubernetes.Interface, zones []deploy.Zone) (deploy.Credentials, error) {
	list, err := set.CoreV1().Secrets(deploy.Namespace).List(ctx, metav1.ListOptions{})
	if err != nil {
		return deploy.Credentials{}, fmt.Errorf("looking for the filers' credentials: %w", err)
	}
	var client, server *corev1.Secret
	for i := range list.Items {
		switch list.Items[i].Name {
		case "filer-client":
			client = &list.Items[i]
		case "filer-server":
			server = &list.Items[i]
		}
	}
	if client == nil || server == nil {
		return deploy.NewCredentials(zones, time.Now())
	}
	return deploy.Credentials{Token: server.Data["token"], CA: client.Data["ca.crt"], Certificate: server.Data["tls.crt"], Key: server.Data["tls.key"]}, nil
}

// claims are the capabilities that follow from the definition.
func claims(d *subject.Driver) []catalogue.Capability {
	if d == nil {
		return nil
	}
	has := append([]catalogue.Capability{catalogue.Driver}, d.Capabilities...)
	for _, m := range d.BindingModes {
		switch m {
		case "WaitForFirstConsumer":
			has = append(has, catalogue.DelayedBinding)
		case "Immediate":
			has = append(has, catalogue.ImmediateBinding)
		}
	}
	if d.Topology != nil && d.Topology.Partial != nil {
		has = append(has, catalogue.PartialStorage)
	}
	return has
}

func names(nodes []lab.Node) []string {
	var all []string
	for _, n := range nodes {
		all = append(all, n.Name)
	}
	return all
}
