package lab

import (
	"testing"

	snapshotv1 "github.com/kubernetes-csi/external-snapshotter/client/v8/apis/volumesnapshot/v1"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"csicert/framework/subject"
)

func TestHandlesAreOfAllThatTheSpecEverHad(t *testing.T) {
	j := newJournal()
	b := &Bench{prefix: "snap-001", lab: &Lab{journal: j, cfg: Config{Driver: &subject.Driver{Name: "d"}}}}
	volume := func(spec, driver, handle string) *corev1.PersistentVolume {
		v := &corev1.PersistentVolume{ObjectMeta: metav1.ObjectMeta{Name: handle}, Spec: corev1.PersistentVolumeSpec{ClaimRef: &corev1.ObjectReference{Name: spec + "-claim-1"}}}
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
	NewWithT(t).Expect(b.handles()).To(Equal([]string{"s-1", "v-1", "zone.v-1"}))
}
