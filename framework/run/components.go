package run

import (
	"cmp"
	"context"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"csicert/framework/subject"
	"csicert/reports/verdict"
)

// controllerNamespace is where clusters have their snapshot controller by custom; there is no rule.
const controllerNamespace = metav1.NamespaceSystem

// sidecars are the names of the images of the Kubernetes project that stand beside drivers.
func sidecars() []string {
	return []string{"csi-provisioner", "csi-attacher", "csi-snapshotter", "csi-resizer", "csi-node-driver-registrar", "livenessprobe",
		"csi-external-health-monitor-controller", "snapshot-controller"}
}

// components are the containers of the driver's pods, and of the snapshot controller's, each image once.
func components(ctx context.Context, set kubernetes.Interface, d *subject.Driver) ([]verdict.Component, error) {
	var all []verdict.Component
	look := func(namespace string, wanted func(image string) bool) error {
		pods, err := set.CoreV1().Pods(namespace).List(ctx, metav1.ListOptions{})
		if err != nil {
			return fmt.Errorf("listing the images of the driver in %s: %w", namespace, err)
		}
		for _, p := range pods.Items {
			for _, c := range p.Spec.Containers {
				if base := imageName(c.Image); wanted(base) {
					all = append(all, verdict.Component{Container: c.Name, Image: c.Image, Digest: digestOf(p, c.Name), Sidecar: slices.Contains(sidecars(), base)})
				}
			}
		}
		return nil
	}
	if d.Namespace != "" {
		if err := look(d.Namespace, func(string) bool { return true }); err != nil {
			return nil, err
		}
	}
	if d.SnapshotClass != nil && d.Namespace != controllerNamespace {
		if err := look(controllerNamespace, func(image string) bool { return image == "snapshot-controller" }); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(all, func(a, b verdict.Component) int {
		return cmp.Or(cmp.Compare(a.Container, b.Container), cmp.Compare(a.Image, b.Image), cmp.Compare(a.Digest, b.Digest))
	})
	return slices.Compact(all), nil
}

// imageName is the last part of a reference's path, without tag and digest.
func imageName(ref string) string {
	name, _, _ := strings.Cut(path.Base(ref), "@")
	name, _, _ = strings.Cut(name, ":")
	return name
}

var digestForm = regexp.MustCompile(`[a-z0-9]+:[0-9a-f]{32,}$`)

// digestOf is what the node's runtime calls the container's image: the digest of its manifest where it was pulled, of
// its configuration where it was loaded from a file.
func digestOf(p corev1.Pod, container string) string {
	for _, c := range p.Status.ContainerStatuses {
		if c.Name == container {
			return digestForm.FindString(c.ImageID)
		}
	}
	return ""
}
