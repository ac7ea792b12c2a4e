package initial

import (
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
	"k8s.io/utils/ptr"

	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/subject"
)

const zone = "topology.kubernetes.io/zone"

func named(namespace, name string) metav1.ObjectMeta {
	return metav1.ObjectMeta{Namespace: namespace, Name: name}
}

func csiDriver(name string, policy storagev1.FSGroupPolicy) *storagev1.CSIDriver {
	return &storagev1.CSIDriver{ObjectMeta: named("", name), Spec: storagev1.CSIDriverSpec{FSGroupPolicy: &policy}}
}

func class(name, driver string, grows bool, change ...func(*storagev1.StorageClass)) *storagev1.StorageClass {
	c := &storagev1.StorageClass{ObjectMeta: named("", name), Provisioner: driver, AllowVolumeExpansion: &grows}
	for _, ch := range change {
		ch(c)
	}
	return c
}

func look(t *testing.T, name, namespace string, objects ...runtime.Object) (Seen, error) {
	t.Helper()
	set := fake.NewClientset(objects...)
	set.Discovery().(*fakediscovery.FakeDiscovery).FakedServerVersion = &version.Info{Minor: "37"}
	crd := &unstructured.Unstructured{Object: map[string]any{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
		"metadata": map[string]any{"name": "volumesnapshotclasses.snapshot.storage.k8s.io"}, "spec": map[string]any{"versions": []any{map[string]any{"name": "v1", "served": true}}}}}
	cuts := &unstructured.Unstructured{Object: map[string]any{"apiVersion": "snapshot.storage.k8s.io/v1", "kind": "VolumeSnapshotClass", "metadata": map[string]any{"name": "cuts"}, "driver": "d.example"}}
	dyn := dynamicfake.NewSimpleDynamicClientWithCustomListKinds(runtime.NewScheme(), map[schema.GroupVersionResource]string{
		{Group: "apiextensions.k8s.io", Version: "v1", Resource: "customresourcedefinitions"}: "CustomResourceDefinitionList",
		{Group: "snapshot.storage.k8s.io", Version: "v1", Resource: "volumesnapshotclasses"}:  "VolumeSnapshotClassList",
	}, crd, cuts)
	return Look(t.Context(), set, dyn, name, namespace)
}

func whole() []runtime.Object {
	containers := func(images ...string) (all []corev1.Container) {
		for _, i := range images {
			all = append(all, corev1.Container{Image: i})
		}
		return all
	}
	node := corev1.PodSpec{Containers: containers("d"), Volumes: []corev1.Volume{{VolumeSource: corev1.VolumeSource{HostPath: &corev1.HostPathVolumeSource{Path: "/var/lib/kubelet/plugins/d.example"}}}}}
	return []runtime.Object{
		csiDriver("d.example", storagev1.FileFSGroupPolicy),
		class("a-zoned", "d.example", true, func(c *storagev1.StorageClass) { c.AllowedTopologies = []corev1.TopologySelectorTerm{{}} }),
		class("b-plain", "d.example", true),
		class("c-default", "d.example", true, func(c *storagev1.StorageClass) {
			c.Annotations = map[string]string{"storageclass.kubernetes.io/is-default-class": "true"}
		}),
		class("0-other", "other", true),
		&storagev1.CSINode{ObjectMeta: named("", "n"), Spec: storagev1.CSINodeSpec{Drivers: []storagev1.CSINodeDriver{{Name: "d.example", TopologyKeys: []string{zone}}}}},
		&appsv1.Deployment{ObjectMeta: named("d", "controller"), Spec: appsv1.DeploymentSpec{Replicas: ptr.To[int32](1),
			Template: corev1.PodTemplateSpec{Spec: corev1.PodSpec{Containers: containers("csi-provisioner", "csi-snapshotter", "csi-resizer")}}}},
		&appsv1.DaemonSet{ObjectMeta: named("d", "node"), Spec: appsv1.DaemonSetSpec{Template: corev1.PodTemplateSpec{Spec: node}}},
	}
}

func TestDefinitionSaysWhatWasSeen(t *testing.T) {
	g := NewWithT(t)
	s, err := look(t, "", "", whole()...)
	g.Expect(err).NotTo(HaveOccurred())
	text, err := s.Definition()
	g.Expect(err).NotTo(HaveOccurred())
	d, err := subject.Parse([]byte(text))
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(d.Name).To(Equal("d.example"))
	g.Expect(d.Namespace).To(Equal("d"))
	g.Expect(d.StorageClass.FromCluster).To(Equal("c-default"))
	g.Expect(d.SnapshotClass.FromCluster).To(Equal("cuts"))
	g.Expect(d.Topology.Keys).To(Equal([]string{zone}))
	g.Expect(d.Capabilities).To(Equal([]catalogue.Capability{catalogue.Topology, catalogue.Snapshots, catalogue.Expansion, catalogue.Group}))
	g.Expect(text).To(ContainSubstring("- expansion # a csi-resizer runs in Deployment d/controller, and the class allows it\n"))
	for _, unseen := range []string{"restore-elsewhere", "clones", "read-write-many", "read-write-once-pod", "ownership"} {
		g.Expect(text).To(MatchRegexp("(?m)^# - %s # .+$", unseen))
	}
}

func TestABareDriverClaimsNothing(t *testing.T) {
	g := NewWithT(t)
	s, err := look(t, "", "", csiDriver("d.example", storagev1.NoneFSGroupPolicy))
	g.Expect(err).NotTo(HaveOccurred())
	text, err := s.Definition()
	g.Expect(err).NotTo(HaveOccurred())
	d, err := subject.Parse([]byte(text))
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(d.Capabilities).To(BeEmpty())
	g.Expect(d.Topology).To(BeNil())
	g.Expect(d.SnapshotClass).To(BeNil(), "nothing cuts snapshots")
	g.Expect(text).To(ContainSubstring("# namespace: where the driver's pods are"))
}

func TestWhichDriver(t *testing.T) {
	two := append(whole(), csiDriver("other", storagev1.FileFSGroupPolicy))
	for name, c := range map[string]struct {
		driver  string
		objects []runtime.Object
		says    string
	}{
		"none there": {"", nil, "the cluster: found no CSIDriver object; accepted: a cluster on which the driver is installed"},
		"several":    {"", two, "--driver: found none, and several drivers; accepted: one of d.example, other"},
		"unknown":    {"e", two, `--driver: found "e"; accepted: one of d.example, other`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := look(t, c.driver, "", c.objects...)
			NewWithT(t).Expect(err).To(MatchError(c.says))
		})
	}
	s, err := look(t, "other", "ns", two...)
	g := NewWithT(t)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(s.Class.Name).To(Equal("0-other"))
	g.Expect(s.Namespace).To(Equal("ns"))
}

func TestTheLikeliestKeyIsTheSegments(t *testing.T) {
	for name, c := range map[string]struct{ keys, ordered []string }{
		"a zone":             {[]string{"d.example/node", "rack", zone}, []string{zone, "d.example/node", "rack"}},
		"the driver's own":   {[]string{"d.example/node", "d.example/zone", "rack"}, []string{"d.example/zone", "d.example/node", "rack"}},
		"one zone":           {[]string{"one/zone", "rack"}, []string{"rack", "one/zone"}},
		"no two stand apart": {[]string{"region", "one/zone"}, []string{"one/zone", "region"}},
	} {
		t.Run(name, func(t *testing.T) {
			var s Seen
			s.Registered = map[string][]string{"a": c.keys, "b": append([]string{"of-one-node"}, c.keys...)}
			for _, node := range []string{"a", "b"} {
				s.Workers = append(s.Workers, lab.Node{Name: node, Labels: map[string]string{
					zone: node, "d.example/zone": node, "d.example/node": node, "rack": node, "one/zone": "z", "region": "r"}})
			}
			NewWithT(t).Expect(s.keys()).To(Equal(c.ordered))
		})
	}
}
