// Package initial writes the first definition of a driver from what its cluster shows. What is written was seen, and the
// comment beside it says where; what a cluster does not show stands there as a comment.
package initial

import (
	"context"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"

	"csicert/framework/doctor"
)

// Invalid is a question that the user has to put in another way.
type Invalid struct{ Field, Found, Accepted string }

// Error implements error.
func (e Invalid) Error() string {
	return fmt.Sprintf("%s: found %s; accepted: %s", e.Field, e.Found, e.Accepted)
}

// BadInput tells the command to end with the exit code for bad input.
func (Invalid) BadInput() bool { return true }

// Seen is what a definition can be written from.
type Seen struct {
	doctor.Seen
	Name      string
	Namespace string // empty: nothing there names the driver
	Found     string // how the namespace was found
	Class     *storagev1.StorageClass
}

// Look looks for the driver; an empty name means the only one that there is. An empty namespace is looked for. It only
// reads. Errors: Invalid.
func Look(ctx context.Context, set kubernetes.Interface, objects dynamic.Interface, name, namespace string) (Seen, error) {
	s := Seen{Name: name, Namespace: namespace, Found: "as asked for"}
	if err := s.choose(ctx, set); err != nil {
		return s, err
	}
	if s.Namespace == "" {
		if err := s.locate(ctx, set); err != nil {
			return s, err
		}
	}
	var err error
	if s.Seen, err = doctor.Look(ctx, set, objects, s.Name, s.Namespace); err != nil {
		return s, err
	}
	classes, err := set.StorageV1().StorageClasses().List(ctx, metav1.ListOptions{})
	if err != nil {
		return s, fmt.Errorf("listing storage classes: %w", err)
	}
	s.Class = best(classes.Items, s.Name)
	return s, nil
}

func (s *Seen) choose(ctx context.Context, set kubernetes.Interface) error {
	drivers, err := set.StorageV1().CSIDrivers().List(ctx, metav1.ListOptions{})
	if err != nil {
		return fmt.Errorf("listing CSIDriver objects: %w", err)
	}
	var there []string
	for _, d := range drivers.Items {
		there = append(there, d.Name)
	}
	accepted := "one of " + strings.Join(there, ", ")
	switch {
	case len(there) == 0:
		return Invalid{"the cluster", "no CSIDriver object", "a cluster on which the driver is installed"}
	case s.Name == "" && len(there) > 1:
		return Invalid{"--driver", "none, and several drivers", accepted}
	case s.Name == "":
		s.Name = there[0]
	case !slices.Contains(there, s.Name):
		return Invalid{"--driver", fmt.Sprintf("%q", s.Name), accepted}
	}
	return nil
}

// locate looks for the node plugin: its kubelets reach it in a folder that is called by the driver.
func (s *Seen) locate(ctx context.Context, set kubernetes.Interface) error {
	agents, err := set.AppsV1().DaemonSets("").List(ctx, metav1.ListOptions{})
	if err != nil {
		return fmt.Errorf("listing daemon sets: %w", err)
	}
	s.Found = ""
	for _, a := range agents.Items {
		if mentions(a.Spec.Template.Spec, s.Name) {
			s.Namespace, s.Found = a.Namespace, "that of DaemonSet "+a.Name+", which uses the driver's folder on the nodes"
			return nil
		}
	}
	return nil
}

func mentions(pod corev1.PodSpec, driver string) bool {
	folder := func(path string) bool { return strings.Contains(path+"/", "/plugins/"+driver+"/") }
	if slices.ContainsFunc(pod.Volumes, func(v corev1.Volume) bool { return v.HostPath != nil && folder(v.HostPath.Path) }) {
		return true
	}
	return slices.ContainsFunc(pod.Containers, func(c corev1.Container) bool {
		return slices.ContainsFunc(append(slices.Clone(c.Command), c.Args...), folder) ||
			slices.ContainsFunc(c.Env, func(e corev1.EnvVar) bool { return folder(e.Value) })
	})
}

// best is the class of the driver that says the least of its own: no allowedTopologies, the cluster's default first.
func best(all []storagev1.StorageClass, driver string) *storagev1.StorageClass {
	own := slices.DeleteFunc(slices.Clone(all), func(c storagev1.StorageClass) bool { return c.Provisioner != driver })
	if len(own) == 0 {
		return nil
	}
	rank := func(c storagev1.StorageClass) int {
		n := len(c.AllowedTopologies) * 2
		if c.Annotations["storageclass.kubernetes.io/is-default-class"] != "true" {
			n++
		}
		return n
	}
	slices.SortStableFunc(own, func(a, b storagev1.StorageClass) int {
		if d := rank(a) - rank(b); d != 0 {
			return d
		}
		return strings.Compare(a.Name, b.Name)
	})
	return &own[0]
}
