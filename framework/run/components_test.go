package run

import (
	"strings"
	"testing"

	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/fake"

	"csicert/framework/subject"
	"csicert/reports/verdict"
)

func podOf(namespace, name string, containers ...[3]string) runtime.Object {
	p := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}}
	for _, c := range containers {
		p.Spec.Containers = append(p.Spec.Containers, corev1.Container{Name: c[0], Image: c[1]})
		p.Status.ContainerStatuses = append(p.Status.ContainerStatuses, corev1.ContainerStatus{Name: c[0], ImageID: c[2]})
	}
	return p
}

func TestComponentsAreTheDriversImages(t *testing.T) {
	g := NewWithT(t)
	hex := strings.Repeat("0a", 32)
	set := fake.NewClientset(
		podOf("d", "node-1", [3]string{"driver", "example.org:5000/a/driver:1.2@sha256:" + hex, "example.org:5000/a/driver@sha256:" + hex}),
		podOf("d", "node-2", [3]string{"driver", "example.org:5000/a/driver:1.2@sha256:" + hex, "example.org:5000/a/driver@sha256:" + hex}),
		podOf("d", "controller", [3]string{"provisioner", "a/csi-provisioner:v6", "sha256:" + hex}),
		podOf("other", "x", [3]string{"x", "x", ""}),
		podOf("kube-system", "s", [3]string{"controller", "a/snapshot-controller:v8", ""}, [3]string{"dns", "dns:1", ""}),
	)
	want := []verdict.Component{
		{Container: "controller", Image: "a/snapshot-controller:v8", Sidecar: true},
		{Container: "driver", Image: "example.org:5000/a/driver:1.2@sha256:" + hex, Digest: "sha256:" + hex},
		{Container: "provisioner", Image: "a/csi-provisioner:v6", Digest: "sha256:" + hex, Sidecar: true},
	}
	g.Expect(components(t.Context(), set, &subject.Driver{Namespace: "d", SnapshotClass: &subject.Class{}})).To(Equal(want))
	g.Expect(components(t.Context(), set, &subject.Driver{Namespace: "d"})).To(Equal(want[1:]))
	g.Expect(components(t.Context(), set, &subject.Driver{})).To(BeEmpty(), "nobody said where its pods are")
}
