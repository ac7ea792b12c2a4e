package lab

import (
	"testing"

	snapshotv1 "github.com/kubernetes-csi/external-snapshotter/client/v8/apis/volumesnapshot/v1"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"csicert/framework/agent"
	"csicert/framework/payload"
	"csicert/framework/subject"
)

func TestTracesAreOfAllThatTheSpecEverHad(t *testing.T) {
	j := newJournal()
	b := &Bench{story: &story{}, prefix: "snap-001", lab: &Lab{journal: j, cfg: Config{Driver: &subject.Driver{Name: "d"}}}}
	volume := func(spec, driver, handle string) *corev1.PersistentVolume {
		v := &corev1.PersistentVolume{ObjectMeta: metav1.ObjectMeta{Name: "pvc-" + handle}, Spec: corev1.PersistentVolumeSpec{ClaimRef: &corev1.ObjectReference{Name: spec + "-claim-1"}}}
		v.Spec.CSI = &corev1.CSIPersistentVolumeSource{Driver: driver, VolumeHandle: handle}
		return v
	}
	content := &snapshotv1.VolumeSnapshotContent{ObjectMeta: metav1.ObjectMeta{Name: "content"}, Spec: snapshotv1.VolumeSnapshotContentSpec{
		Driver: "d", VolumeSnapshotRef: corev1.ObjectReference{Name: "snap-001-snapshot-1"}}}
	told := content.DeepCopy()
	told.Status = &snapshotv1.VolumeSnapshotContentStatus{SnapshotHandle: ptr.To("server/pool#s-1")}
	j.write(key{kindVolume, "", "one"}, volume("snap-001", "d", "zone.v-1"), false)
	j.write(key{kindVolume, "", "one"}, volume("snap-001", "d", "zone.v-1"), true)
	j.write(key{kindVolume, "", "two"}, volume("snap-002", "d", "zone.v-2"), false)
	j.write(key{kindVolume, "", "three"}, volume("snap-001", "other", "zone.v-3"), false)
	j.write(key{kindContent, "", "content"}, content, false)
	j.write(key{kindContent, "", "content"}, told, false)
	// hashed as the kubelet does for the folder in which it stages: printf zone.v-1 | sha256sum, and server/pool#s-1
	NewWithT(t).Expect(b.traces()).To(ConsistOf("s-1", "v-1", "zone.v-1", "pvc-zone.v-1", "content", "5b08e2a6087a294e0095f24e718a64ec789473ab4a8433a3110a70dd641e514e", "0fbd112ab62706a1ab477d64759b3e8cac9e420d0764d3ab64cdfa47f23d3628"))
}

func TestWhatAKeeperFoundIsNamedByItsPlaceOnTheNode(t *testing.T) {
	g := NewWithT(t)
	there := agent.Remains{Below: [][]payload.Path{{"a/v-1"}, {}}, Mounts: []payload.Path{"/var/lib/kubelet/m"}}
	found, err := onNode("n", []string{"/one", "/two"}, there)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(found).To(Equal(remains{things: []string{"/one/a/v-1 on node n"}, mounts: []string{"mount at /var/lib/kubelet/m on node n"}}))
	_, err = onNode("n", []string{"/one"}, there)
	g.Expect(err).To(MatchError(ContainSubstring("told of 2 folders, asked for were 1")))
}
