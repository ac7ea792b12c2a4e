// Package doctor tells, before a run, what of a cluster or of a driver's definition would make the run meaningless or
// narrower than it claims: each finding with why it matters and how it is mended.
package doctor

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"

	"csicert/framework/lab"
)

const snapshotGroup = "snapshot.storage.k8s.io"

// Seen is what a cluster shows of what judging a driver needs.
type Seen struct {
	Minor           string // of the Kubernetes version, as in "37"
	Workers         []lab.Node
	Driver          *storagev1.CSIDriver // nil: there is none of that name
	Registered      map[string][]string  // the driver's topology keys by node, from CSINode
	Limits          map[string]int32     // how many of the driver's volumes a node may have at a time, where its CSINode says so
	Classes         map[string]string    // provisioner by storage class
	SnapshotClasses map[string]string    // driver by snapshot class
	SnapshotKinds   map[string]bool      // whether v1 is served, by custom resource definition
	Bounds          map[string]int       // how many namespaces have a bound of that kind and name, as in ResourceQuota default
	Kind            bool                 // its nodes are containers of kind's
	Watches         int                  // inotify instances that a user of this machine may have; 0: not known
	Denied          []string             // rights that the run needs and whoever asks lacks; see Denied
	Programs        []Program            // of the driver's namespace, and snapshot controllers everywhere
}

// Program is a container of a workload.
type Program struct {
	Workload  string // as in Deployment csi/controller
	Namespace string
	Image     string // its last part, without tag or digest; of a sidecar, its usual name, as in csi-provisioner
	Args      []string
	Replicas  int32
}

// Look gathers what is to be judged of a driver whose pods are in that namespace; empty: nobody knows where. It only reads.
func Look(ctx context.Context, set kubernetes.Interface, objects dynamic.Interface, driver, namespace string) (Seen, error) {
	s := Seen{Registered: map[string][]string{}, Limits: map[string]int32{}, Classes: map[string]string{}, SnapshotClasses: map[string]string{}, SnapshotKinds: map[string]bool{}, Bounds: map[string]int{}}
	version, err := set.Discovery().ServerVersion()
	if err != nil {
		return s, fmt.Errorf("asking the cluster for its version: %w", err)
	}
	s.Minor = strings.TrimRight(version.Minor, "+")
	if s.Workers, err = lab.Workers(ctx, set); err != nil {
		return s, err
	}
	if s.Driver, err = set.StorageV1().CSIDrivers().Get(ctx, driver, metav1.GetOptions{}); apierrors.IsNotFound(err) {
		s.Driver = nil
	} else if err != nil {
		return s, fmt.Errorf("looking for the CSIDriver object: %w", err)
	}
	for _, step := range []func() error{
		func() error { return s.lookAtNodes(ctx, set, driver) },
		func() error { return s.lookAtClasses(ctx, set, objects) },
		func() error { return s.lookAtPrograms(ctx, set, namespace) },
		func() error { return s.lookAtBounds(ctx, set) },
	} {
		if err := step(); err != nil {
			return s, err
		}
	}
	return s, nil
}

func (s *Seen) lookAtNodes(ctx context.Context, set kubernetes.Interface, driver string) error {
	machines, err := set.CoreV1().Nodes().List(ctx, metav1.ListOptions{})
	if err != nil {
		return fmt.Errorf("listing nodes: %w", err)
	}
	s.Kind = slices.ContainsFunc(machines.Items, func(n corev1.Node) bool { return strings.HasPrefix(n.Spec.ProviderID, "kind://") })
	nodes, err := set.StorageV1().CSINodes().List(ctx, metav1.ListOptions{})
	if err != nil {
		return fmt.Errorf("listing CSINode objects: %w", err)
	}
	for _, n := range nodes.Items {
		for _, d := range n.Spec.Drivers {
			if d.Name == driver {
				s.Registered[n.Name] = d.TopologyKeys
				if d.Allocatable != nil && d.Allocatable.Count != nil {
					s.Limits[n.Name] = *d.Allocatable.Count
				}
			}
		}
	}
	return nil
}

// lookAtBounds counts what bounds the pods and claims of namespaces.
func (s *Seen) lookAtBounds(ctx context.Context, set kubernetes.Interface) error {
	quotas, err := set.CoreV1().ResourceQuotas("").List(ctx, metav1.ListOptions{})
	if err != nil {
		return fmt.Errorf("listing resource quotas: %w", err)
	}
	for _, q := range quotas.Items {
		s.Bounds["ResourceQuota "+q.Name]++
	}
	ranges, err := set.CoreV1().LimitRanges("").List(ctx, metav1.ListOptions{})
	if err != nil {
		return fmt.Errorf("listing limit ranges: %w", err)
	}
	for _, r := range ranges.Items {
		s.Bounds["LimitRange "+r.Name]++
	}
	return nil
}

func (s *Seen) lookAtClasses(ctx context.Context, set kubernetes.Interface, objects dynamic.Interface) error {
	classes, err := set.StorageV1().StorageClasses().List(ctx, metav1.ListOptions{})
	if err != nil {
		return fmt.Errorf("listing storage classes: %w", err)
	}
	for _, c := range classes.Items {
		s.Classes[c.Name] = c.Provisioner
	}
	crds, err := objects.Resource(schema.GroupVersionResource{Group: "apiextensions.k8s.io", Version: "v1", Resource: "customresourcedefinitions"}).List(ctx, metav1.ListOptions{})
	if err != nil {
		return fmt.Errorf("listing custom resource definitions: %w", err)
	}
	for _, d := range crds.Items {
		if strings.HasSuffix(d.GetName(), "."+snapshotGroup) {
			s.SnapshotKinds[d.GetName()] = serves(d, "v1")
		}
	}
	if !s.SnapshotKinds["volumesnapshotclasses."+snapshotGroup] {
		return nil
	}
	cuts, err := objects.Resource(schema.GroupVersionResource{Group: snapshotGroup, Version: "v1", Resource: "volumesnapshotclasses"}).List(ctx, metav1.ListOptions{})
	if err != nil {
		return fmt.Errorf("listing snapshot classes: %w", err)
	}
	for _, c := range cuts.Items {
		s.SnapshotClasses[c.GetName()], _, _ = unstructured.NestedString(c.Object, "driver")
	}
	return nil
}

func serves(definition unstructured.Unstructured, version string) bool {
	versions, _, _ := unstructured.NestedSlice(definition.Object, "spec", "versions")
	return slices.ContainsFunc(versions, func(v any) bool {
		m, is := v.(map[string]any)
		return is && m["name"] == version && m["served"] == true
	})
}

func (s *Seen) lookAtPrograms(ctx context.Context, set kubernetes.Interface, namespace string) error {
	deployments, err := set.AppsV1().Deployments("").List(ctx, metav1.ListOptions{})
	if err != nil {
		return fmt.Errorf("listing deployments: %w", err)
	}
	sets, err := set.AppsV1().StatefulSets("").List(ctx, metav1.ListOptions{})
	if err != nil {
		return fmt.Errorf("listing stateful sets: %w", err)
	}
	agents, err := set.AppsV1().DaemonSets("").List(ctx, metav1.ListOptions{})
	if err != nil {
		return fmt.Errorf("listing daemon sets: %w", err)
	}
	for _, d := range deployments.Items {
		s.add(namespace, "Deployment", d.ObjectMeta, d.Spec.Template.Spec, replicas(d.Spec.Replicas))
	}
	for _, d := range sets.Items {
		s.add(namespace, "StatefulSet", d.ObjectMeta, d.Spec.Template.Spec, replicas(d.Spec.Replicas))
	}
	for _, d := range agents.Items {
		s.add(namespace, "DaemonSet", d.ObjectMeta, d.Spec.Template.Spec, 1)
	}
	return nil
}

func replicas(n *int32) int32 {
	if n == nil {
		return 1
	}
	return *n
}

func (s *Seen) add(namespace, kind string, of metav1.ObjectMeta, pod corev1.PodSpec, replicas int32) {
	for _, c := range pod.Containers {
		p := Program{Workload: kind + " " + of.Namespace + "/" + of.Name, Namespace: of.Namespace, Image: program(c.Image),
			Args: append(slices.Clone(c.Command), c.Args...), Replicas: replicas}
		if of.Namespace == namespace || p.Image == snapshotController {
			s.Programs = append(s.Programs, p)
		}
	}
}

// program is what an image is called, wherever it comes from. Sidecars have one name, whoever built them: some call the
// csi-provisioner external-provisioner.
func program(image string) string {
	name, _, _ := strings.Cut(path.Base(image), "@")
	name, _, _ = strings.Cut(name, ":")
	for part, known := range map[string]string{"snapshot-controller": snapshotController, "provisioner": "csi-provisioner", "snapshotter": "csi-snapshotter", "resizer": "csi-resizer"} {
		if strings.Contains(name, part) {
			return known
		}
	}
	return name
}
