package install

import (
	"testing"
	"time"

	. "github.com/onsi/gomega"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	dynamicfake "k8s.io/client-go/dynamic/fake"
	"k8s.io/client-go/kubernetes/fake"

	"csicert/framework/subject"
)

func existing(t *testing.T, snapshotDriver string) *Installer {
	t.Helper()
	csinode := func(name string, drivers ...storagev1.CSINodeDriver) *storagev1.CSINode {
		return &storagev1.CSINode{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: storagev1.CSINodeSpec{Drivers: drivers}}
	}
	class := func(name, provisioner string) *storagev1.StorageClass {
		return &storagev1.StorageClass{ObjectMeta: metav1.ObjectMeta{Name: name}, Provisioner: provisioner, Parameters: map[string]string{"tier": "hot"}, MountOptions: []string{"noatime"}}
	}
	set := fake.NewClientset(&storagev1.CSIDriver{ObjectMeta: metav1.ObjectMeta{Name: "disk"}}, &storagev1.CSIDriver{ObjectMeta: metav1.ObjectMeta{Name: "plain"}}, class("fast", "disk"), class("theirs", "other"),
		csinode("n1", storagev1.CSINodeDriver{Name: "disk", TopologyKeys: []string{"zone", "rack"}}, storagev1.CSINodeDriver{Name: "plain"}),
		csinode("n2", storagev1.CSINodeDriver{Name: "other", TopologyKeys: []string{"region"}}))
	kinds := map[schema.GroupVersionResource]string{{Group: "snapshot.storage.k8s.io", Version: "v1", Resource: "volumesnapshotclasses"}: "VolumeSnapshotClassList"}
	snapshots := &unstructured.Unstructured{Object: map[string]any{"apiVersion": "snapshot.storage.k8s.io/v1", "kind": "VolumeSnapshotClass", "metadata": map[string]any{"name": "daily"},
		"driver": snapshotDriver, "parameters": map[string]any{"tier": "cold"}}}
	return &Installer{set: set, objects: dynamicfake.NewSimpleDynamicClientWithCustomListKinds(runtime.NewScheme(), kinds, snapshots), within: 50 * time.Millisecond}
}

func TestClassesAreTheDrivers(t *testing.T) {
	for name, c := range map[string]struct {
		d    subject.Driver
		want Invalid
	}{
		"no such class":         {subject.Driver{StorageClass: subject.Class{FromCluster: "none"}}, Invalid{"storageClass.fromCluster", "none, which is not in the cluster", "the name of a storage class of disk"}},
		"another driver's":      {subject.Driver{StorageClass: subject.Class{FromCluster: "theirs"}}, Invalid{"storageClass.fromCluster", "theirs, whose provisioner is other", "a storage class of disk"}},
		"no such snapshots":     {subject.Driver{SnapshotClass: &subject.Class{FromCluster: "none"}}, Invalid{"snapshotClass.fromCluster", "none, which is not in the cluster", "the name of a snapshot class of disk"}},
		"another's, of a class": {subject.Driver{SnapshotClass: &subject.Class{FromCluster: "daily"}}, Invalid{"snapshotClass.fromCluster", "daily, whose driver is other", "a snapshot class of disk"}},
	} {
		t.Run(name, func(t *testing.T) {
			c.d.Name = "disk"
			_, err := existing(t, "other").Resolve(t.Context(), c.d)
			g := NewWithT(t)
			g.Expect(err).To(BeAssignableToTypeOf(Invalid{}))
			g.Expect(err).To(Equal(c.want))
		})
	}
	g := NewWithT(t)
	d, err := existing(t, "disk").Resolve(t.Context(), subject.Driver{Name: "disk", StorageClass: subject.Class{FromCluster: "fast"}, SnapshotClass: &subject.Class{FromCluster: "daily"}})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(d.StorageClass).To(Equal(subject.Class{Parameters: map[string]string{"tier": "hot"}, MountOptions: []string{"noatime"}}))
	g.Expect(d.SnapshotClass).To(Equal(&subject.Class{Parameters: map[string]string{"tier": "cold"}}))
}

func TestKeysAreThoseOfTheNodes(t *testing.T) {
	for name, c := range map[string]struct {
		driver string
		keys   []string
		want   error
	}{
		"all there":      {"disk", []string{"zone", "rack"}, nil},
		"of another":     {"disk", []string{"zone", "region"}, Invalid{"topology.keys[1]", "region, which disk registered on no node", "keys that the driver registered on nodes: rack, zone"}},
		"of none":        {"plain", []string{"zone"}, Invalid{"topology.keys[0]", "zone, which plain registered on no node", "no topology: the driver registered no keys on any node"}},
		"no keys asked":  {"plain", nil, nil},
		"no node has it": {"nowhere", []string{"zone"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			err := existing(t, "disk").checkKeys(t.Context(), c.driver, c.keys)
			if c.want == nil {
				NewWithT(t).Expect(err).NotTo(HaveOccurred())
				return
			}
			NewWithT(t).Expect(err).To(Equal(c.want))
		})
	}
	g := NewWithT(t)
	err := existing(t, "disk").AwaitDriver(t.Context(), "disk", nil, []string{"region"})
	g.Expect(err).To(BeAssignableToTypeOf(Invalid{}), "said at once, where the driver was there before")
	err = existing(t, "disk").AwaitDriver(t.Context(), "nowhere", nil, nil)
	g.Expect(err).To(MatchError(ContainSubstring("nowhere, of which the cluster has no CSIDriver object")))
}
