package lab

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/onsi/ginkgo/v2"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Component is a pod of the driver's, or the snapshot controller: something that a node may lose at any moment.
type Component struct{ pod *corev1.Pod }

// sidecars are the containers by which a controller plugin is known, whoever wrote the plugin.
var sidecars = []string{"csi-provisioner", "csi-attacher", "csi-snapshotter", "csi-resizer"}

const (
	registry           = "plugins_registry" // the folder in which a node plugin makes itself known to the kubelet
	snapshotController = "snapshot-controller"
)

// ControllerPlugin finds the pods that answer the driver's controller calls: those with a sidecar that makes them, or
// all servers where none has one.
func (b *Bench) ControllerPlugin(ctx context.Context) []Component {
	ginkgo.GinkgoHelper()
	all := b.driverPods(ctx)
	found := kept(all, controls)
	if len(found) == 0 {
		found = kept(all, serves)
	}
	return b.components(ctx, "the controller plugin", found, fmt.Sprintf("no pod of namespace %s has one of the sidecars %v", b.lab.cfg.Driver.Namespace, sidecars))
}

// NodePlugin finds the pod that answers the driver's node calls on a node. What else the driver has there, such as a
// process that serves mounts, is no part of it.
func (b *Bench) NodePlugin(ctx context.Context, on Node) []Component {
	ginkgo.GinkgoHelper()
	found := kept(b.driverPods(ctx), func(p *corev1.Pod) bool { return p.Spec.NodeName == on.Name && registers(p) })
	return b.components(ctx, "the node plugin", found, fmt.Sprintf("no pod of namespace %s on node %s has to do with %s", b.lab.cfg.Driver.Namespace, on.Name, registry))
}

// Servers finds the driver's other pods that no DaemonSet made: its storage, where that runs in the cluster. There may
// be none; in the cluster's own namespace they cannot be told from what the cluster needs.
func (b *Bench) Servers(ctx context.Context) []Component {
	ginkgo.GinkgoHelper()
	found := kept(b.driverPods(ctx), func(p *corev1.Pod) bool { return serves(p) && !controls(p) })
	if len(found) == 0 {
		b.say("the driver has no servers of its own in the cluster")
		return nil
	}
	return b.components(ctx, "the driver's servers", found, "")
}

// SnapshotController finds the cluster's snapshot controller, in whichever namespace it is.
func (b *Bench) SnapshotController(ctx context.Context) []Component {
	ginkgo.GinkgoHelper()
	return b.components(ctx, "the snapshot controller", kept(b.podsOf(ctx, metav1.NamespaceAll), controlsSnapshots),
		"no pod has the label app.kubernetes.io/name="+snapshotController+" or a container "+snapshotController)
}

// components waits until the pods are ready: one that an earlier spec killed may be on its way back.
func (b *Bench) components(ctx context.Context, what string, found []*corev1.Pod, none string) []Component {
	ginkgo.GinkgoHelper()
	if len(found) == 0 {
		b.blocked("finding "+what, none)
	}
	var all []Component
	for _, p := range found {
		now, err := b.awaitPod(ctx, p, ready)
		if err != nil {
			b.blocked("finding "+what, fmt.Sprintf("pod %s/%s is not ready: %v", p.Namespace, p.Name, err))
		}
		all = append(all, Component{now})
	}
	return all
}

// driverPods are those of the namespace that the driver's definition names.
func (b *Bench) driverPods(ctx context.Context) []*corev1.Pod {
	ginkgo.GinkgoHelper()
	if d := b.lab.cfg.Driver; d == nil || d.Namespace == "" {
		b.blocked("finding the driver's pods", "the driver's definition does not say where they run (namespace)")
	}
	return b.podsOf(ctx, b.lab.cfg.Driver.Namespace)
}

// podsOf are the pods of a namespace that run and are to stay. The cluster's own, which the kubelet reads from files,
// are left out: nothing of them may be killed.
func (b *Bench) podsOf(ctx context.Context, namespace string) []*corev1.Pod {
	ginkgo.GinkgoHelper()
	list, err := b.lab.clients.set.CoreV1().Pods(namespace).List(ctx, metav1.ListOptions{})
	if err != nil {
		b.blocked("listing the pods of namespace "+namespace, err.Error())
	}
	var all []*corev1.Pod
	for i := range list.Items {
		if p := &list.Items[i]; p.Status.Phase == corev1.PodRunning && p.DeletionTimestamp == nil && !ownedBy(p, "Node") {
			all = append(all, p)
		}
	}
	return all
}

func kept(pods []*corev1.Pod, is func(*corev1.Pod) bool) []*corev1.Pod {
	return slices.DeleteFunc(slices.Clone(pods), func(p *corev1.Pod) bool { return !is(p) })
}

func ownedBy(p *corev1.Pod, kind string) bool {
	return slices.ContainsFunc(p.OwnerReferences, func(o metav1.OwnerReference) bool { return o.Kind == kind })
}

// controls tells a controller plugin by its sidecars.
func controls(p *corev1.Pod) bool {
	return slices.ContainsFunc(sidecars, func(name string) bool { return hasContainer(p, name) })
}

// registers tells a node plugin by the folder that it, or its registrar, is told of.
func registers(p *corev1.Pod) bool {
	for _, v := range p.Spec.Volumes {
		if v.HostPath != nil && strings.Contains(v.HostPath.Path, registry) {
			return true
		}
	}
	return slices.ContainsFunc(p.Spec.Containers, func(c corev1.Container) bool {
		words := append(slices.Clone(c.Command), c.Args...)
		for _, e := range c.Env {
			words = append(words, e.Value)
		}
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(w, registry) })
	})
}

func serves(p *corev1.Pod) bool {
	return !ownedBy(p, "DaemonSet") && !registers(p) && !controlsSnapshots(p) && p.Namespace != metav1.NamespaceSystem
}

func controlsSnapshots(p *corev1.Pod) bool {
	return p.Labels["app.kubernetes.io/name"] == snapshotController || hasContainer(p, snapshotController)
}

// hasContainer tells whether a container has the name, or an image of that name.
func hasContainer(p *corev1.Pod, name string) bool {
	return slices.ContainsFunc(p.Spec.Containers, func(c corev1.Container) bool {
		return c.Name == name || imageIs(c.Image, name)
	})
}

func imageIs(ref, name string) bool {
	image, _, _ := strings.Cut(path.Base(ref), "@")
	image, _, _ = strings.Cut(image, ":")
	return strings.HasSuffix(image, name) // a mirror may put its own words before it
}
