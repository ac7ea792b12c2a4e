package doctor

import (
	"errors"
	"testing"

	. "github.com/onsi/gomega"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/version"
	fakediscovery "k8s.io/client-go/discovery/fake"
	dynamicfake "k8s.io/client-go/dynamic/fake"
	"k8s.io/client-go/kubernetes/fake"
	k8stesting "k8s.io/client-go/testing"
	"k8s.io/utils/ptr"
)

func named(namespace, name string) metav1.ObjectMeta {
	return metav1.ObjectMeta{Namespace: namespace, Name: name}
}

func pod(images ...string) corev1.PodTemplateSpec {
	var p corev1.PodTemplateSpec
	for _, image := range images {
		p.Spec.Containers = append(p.Spec.Containers, corev1.Container{Image: image, Args: []string{"--v=2"}})
	}
	return p
}

func cluster() (*fake.Clientset, *dynamicfake.FakeDynamicClient) {
	set := fake.NewClientset(
		&corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: "a", Labels: map[string]string{zone: "zone-a"}}},
		&storagev1.CSIDriver{ObjectMeta: named("", "d.example")},
		&storagev1.CSINode{ObjectMeta: named("", "a"), Spec: storagev1.CSINodeSpec{Drivers: []storagev1.CSINodeDriver{{Name: "other"}, {Name: "d.example", TopologyKeys: []string{zone}, Allocatable: &storagev1.VolumeNodeResources{Count: ptr.To[int32](5)}}}}},
		&corev1.ResourceQuota{ObjectMeta: named("one", "default")},
		&corev1.ResourceQuota{ObjectMeta: named("two", "default")},
		&corev1.LimitRange{ObjectMeta: named("two", "sizes")},
		&storagev1.StorageClass{ObjectMeta: named("", "fast"), Provisioner: "d.example"},
		&appsv1.Deployment{ObjectMeta: named("d", "controller"), Spec: appsv1.DeploymentSpec{Replicas: ptr.To[int32](2), Template: pod("host.example/sig/csi-provisioner:v6@sha256:00", "mirror/external-resizer:1", "d:3")}},
		&appsv1.StatefulSet{ObjectMeta: named("kube-system", "snapshots"), Spec: appsv1.StatefulSetSpec{Template: pod("snapshot-controller")}},
		&appsv1.DaemonSet{ObjectMeta: named("d", "node"), Spec: appsv1.DaemonSetSpec{Template: pod("d:3")}},
		&appsv1.Deployment{ObjectMeta: named("elsewhere", "x"), Spec: appsv1.DeploymentSpec{Template: pod("csi-provisioner")}},
	)
	set.Discovery().(*fakediscovery.FakeDiscovery).FakedServerVersion = &version.Info{Major: "1", Minor: "36+"}
	crd := func(name string, served bool) *unstructured.Unstructured {
		return &unstructured.Unstructured{Object: map[string]any{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": map[string]any{"name": name},
			"spec": map[string]any{"versions": []any{map[string]any{"name": "v1", "served": served}}}}}
	}
	objects := dynamicfake.NewSimpleDynamicClientWithCustomListKinds(runtime.NewScheme(), map[schema.GroupVersionResource]string{
		{Group: "apiextensions.k8s.io", Version: "v1", Resource: "customresourcedefinitions"}: "CustomResourceDefinitionList",
		{Group: snapshotGroup, Version: "v1", Resource: "volumesnapshotclasses"}:              "VolumeSnapshotClassList",
	}, crd("volumesnapshots."+snapshotGroup, false), crd("volumesnapshotclasses."+snapshotGroup, true), crd("things.example", true),
		&unstructured.Unstructured{Object: map[string]any{"apiVersion": snapshotGroup + "/v1", "kind": "VolumeSnapshotClass", "metadata": map[string]any{"name": "cuts"}, "driver": "d.example"}})
	return set, objects
}

func TestLookSeesWhatIsThere(t *testing.T) {
	g := NewWithT(t)
	set, objects := cluster()
	s, err := Look(t.Context(), set, objects, "d.example", "d")
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(s.Minor).To(Equal("36"))
	g.Expect(s.Driver.Name).To(Equal("d.example"))
	g.Expect(s.Workers).To(HaveLen(1))
	g.Expect(s.Registered).To(Equal(map[string][]string{"a": {zone}}))
	g.Expect(s.Bounds).To(Equal(map[string]int{"ResourceQuota default": 2, "LimitRange sizes": 1}))
	g.Expect(s.Limits).To(Equal(map[string]int32{"a": 5}))
	g.Expect(s.Classes).To(Equal(map[string]string{"fast": "d.example"}))
	g.Expect(s.SnapshotKinds).To(Equal(map[string]bool{"volumesnapshots." + snapshotGroup: false, "volumesnapshotclasses." + snapshotGroup: true}))
	g.Expect(s.SnapshotClasses).To(Equal(map[string]string{"cuts": "d.example"}))
	g.Expect(s.Programs).To(Equal([]Program{
		{"Deployment d/controller", "d", "csi-provisioner", []string{"--v=2"}, 2},
		{"Deployment d/controller", "d", "csi-resizer", []string{"--v=2"}, 2},
		{"Deployment d/controller", "d", "d", []string{"--v=2"}, 2},
		{"StatefulSet kube-system/snapshots", "kube-system", "snapshot-controller", []string{"--v=2"}, 1},
		{"DaemonSet d/node", "d", "d", []string{"--v=2"}, 1},
	}))
	other, err := Look(t.Context(), set, objects, "nobody", "d")
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(other.Driver).To(BeNil())
	g.Expect(other.Registered).To(BeEmpty())
}

func TestLookTellsWhatItCouldNotSee(t *testing.T) {
	for _, kind := range []string{"nodes", "csidrivers", "csinodes", "storageclasses", "deployments", "statefulsets", "daemonsets", "customresourcedefinitions", "volumesnapshotclasses", "resourcequotas", "limitranges"} {
		t.Run(kind, func(t *testing.T) {
			set, objects := cluster()
			no := func(k8stesting.Action) (bool, runtime.Object, error) { return true, nil, errors.New("you may not") }
			set.PrependReactor("*", kind, no)
			objects.PrependReactor("*", kind, no)
			_, err := Look(t.Context(), set, objects, "d.example", "d")
			NewWithT(t).Expect(err).To(MatchError(ContainSubstring("you may not")))
		})
	}
}
