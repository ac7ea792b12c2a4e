package witness_test

import (
	"errors"
	"testing"

	snapshotv1 "github.com/kubernetes-csi/external-snapshotter/client/v8/apis/volumesnapshot/v1"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/types"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"csicert/framework/witness"
)

const (
	holds = "holds"
	waits = "not yet"
	never = "never"
)

// answer is which of its three answers a matcher gives.
func answer(m types.GomegaMatcher, sight any) string {
	ok, err := m.Match(sight)
	var final PollingSignalError
	switch {
	case errors.As(err, &final):
		return never
	case err != nil:
		return err.Error()
	case ok:
		return holds
	}
	return waits
}

func snapshotWith(status *snapshotv1.VolumeSnapshotStatus, events ...corev1.Event) witness.Snapshot {
	return witness.Snapshot{Name: "snapshot s", Seen: true, Events: events,
		Object: &snapshotv1.VolumeSnapshot{ObjectMeta: metav1.ObjectMeta{Namespace: "n", Name: "s", UID: "u"}, Status: status}}
}

func TestSnapshotMatchers(t *testing.T) {
	g := NewWithT(t)
	ready := &snapshotv1.VolumeSnapshotStatus{ReadyToUse: ptr.To(true), BoundVolumeSnapshotContentName: ptr.To("c"), RestoreSize: ptr.To(resource.MustParse("1Gi"))}
	faulted := &snapshotv1.VolumeSnapshotStatus{ReadyToUse: ptr.To(false), Error: &snapshotv1.VolumeSnapshotError{Message: ptr.To("no class gold")}}
	warning := corev1.Event{Type: corev1.EventTypeWarning, Message: "no class gold"}
	for i, c := range []struct {
		matcher types.GomegaMatcher
		sight   witness.Snapshot
		want    string
	}{
		{witness.BeReadyToUse(), snapshotWith(ready), holds},
		{witness.BeReadyToUse(), snapshotWith(&snapshotv1.VolumeSnapshotStatus{ReadyToUse: ptr.To(true)}), waits},
		{witness.BeReadyToUse(), snapshotWith(nil), waits},
		{witness.BeUnready(), snapshotWith(nil), holds},
		{witness.BeUnready(), snapshotWith(ready), waits},
		{witness.BeFaulted("gold"), snapshotWith(faulted), holds},
		{witness.BeFaulted("gold"), snapshotWith(nil, warning), holds},
		{witness.BeFaulted("silver"), snapshotWith(faulted, warning), waits},
		{witness.BeFaulted("gold"), snapshotWith(ready, warning), never},
		{witness.HaveRestoreSizeUpTo(1 << 30), snapshotWith(ready), holds},
		{witness.HaveRestoreSizeUpTo(1<<30 - 1), snapshotWith(ready), never},
		{witness.HaveRestoreSizeUpTo(1 << 30), snapshotWith(nil), waits},
	} {
		g.Expect(answer(c.matcher, c.sight)).To(Equal(c.want), "case %d", i)
	}
}

func TestContentMatchers(t *testing.T) {
	g := NewWithT(t)
	snapshot := snapshotWith(nil).Object
	content := func(change func(*snapshotv1.VolumeSnapshotContent)) witness.Content {
		c := &snapshotv1.VolumeSnapshotContent{
			Spec: snapshotv1.VolumeSnapshotContentSpec{Driver: "d", DeletionPolicy: snapshotv1.VolumeSnapshotContentDelete, VolumeSnapshotClassName: ptr.To("k"),
				Source:            snapshotv1.VolumeSnapshotContentSource{VolumeHandle: ptr.To("v")},
				VolumeSnapshotRef: corev1.ObjectReference{Namespace: "n", Name: "s", UID: "u"}},
			Status: &snapshotv1.VolumeSnapshotContentStatus{SnapshotHandle: ptr.To("h")}}
		change(c)
		return witness.Content{Name: "content c", Seen: true, Object: c}
	}
	bound, described := witness.BeBoundToSnapshot(snapshot), witness.BeDescribed("d", "k", snapshotv1.VolumeSnapshotContentDelete, "v")
	g.Expect(answer(bound, content(func(*snapshotv1.VolumeSnapshotContent) {}))).To(Equal(holds))
	g.Expect(answer(bound, content(func(c *snapshotv1.VolumeSnapshotContent) { c.Spec.VolumeSnapshotRef.UID = "" }))).To(Equal(waits))
	g.Expect(answer(bound, content(func(c *snapshotv1.VolumeSnapshotContent) { c.Spec.VolumeSnapshotRef.UID = "x" }))).To(Equal(never))
	g.Expect(answer(described, content(func(*snapshotv1.VolumeSnapshotContent) {}))).To(Equal(holds))
	g.Expect(answer(described, content(func(c *snapshotv1.VolumeSnapshotContent) { c.Status = nil }))).To(Equal(waits))
	g.Expect(answer(described, content(func(c *snapshotv1.VolumeSnapshotContent) { c.Spec.Source.VolumeHandle = nil }))).To(Equal(waits))
	g.Expect(answer(described, content(func(c *snapshotv1.VolumeSnapshotContent) { c.Spec.Driver = "e" }))).To(Equal(never))
	g.Expect(answer(described, content(func(c *snapshotv1.VolumeSnapshotContent) {
		c.Spec.DeletionPolicy = snapshotv1.VolumeSnapshotContentRetain
	}))).To(Equal(never))
}

func TestSegmentMatchers(t *testing.T) {
	g := NewWithT(t)
	volume := func(terms ...[]corev1.NodeSelectorRequirement) witness.Volume {
		v := &corev1.PersistentVolume{}
		if len(terms) > 0 {
			v.Spec.NodeAffinity = &corev1.VolumeNodeAffinity{Required: &corev1.NodeSelector{}}
		}
		for _, t := range terms {
			v.Spec.NodeAffinity.Required.NodeSelectorTerms = append(v.Spec.NodeAffinity.Required.NodeSelectorTerms, corev1.NodeSelectorTerm{MatchExpressions: t})
		}
		return witness.Volume{Name: "volume v", Seen: true, Object: v}
	}
	in := func(key string, values ...string) []corev1.NodeSelectorRequirement {
		return []corev1.NodeSelectorRequirement{{Key: key, Operator: corev1.NodeSelectorOpIn, Values: values}}
	}
	m := witness.BeInSegment("zone", "a", "b")
	g.Expect(answer(m, volume(in("zone", "a")))).To(Equal(holds))
	g.Expect(answer(m, volume(in("zone", "a"), in("zone", "b")))).To(Equal(holds))
	for why, v := range map[string]witness.Volume{"no affinity": volume(), "a value more": volume(in("zone", "a", "c")), "another key": volume(in("rack", "a")), "a loose term": volume(in("zone", "a"), in("rack", "a")), "no values": volume(in("zone"))} {
		g.Expect(answer(m, v)).To(Equal(never), why)
	}
}

func TestProvisionedClaimMatchers(t *testing.T) {
	g := NewWithT(t)
	claim := func(change func(*corev1.PersistentVolumeClaim), events ...corev1.Event) witness.Claim {
		c := &corev1.PersistentVolumeClaim{ObjectMeta: metav1.ObjectMeta{Annotations: map[string]string{}}}
		change(c)
		return witness.Claim{Name: "claim c", Seen: true, Object: c, Events: events}
	}
	none := func(*corev1.PersistentVolumeClaim) {}
	selected := func(node string) func(*corev1.PersistentVolumeClaim) {
		return func(c *corev1.PersistentVolumeClaim) { c.Annotations[witness.SelectedNode] = node }
	}
	bound := func(c *corev1.PersistentVolumeClaim) { c.Spec.VolumeName = "v" }
	large := func(c *corev1.PersistentVolumeClaim) {
		c.Status.Capacity = corev1.ResourceList{corev1.ResourceStorage: resource.MustParse("2Gi")}
	}
	warning := corev1.Event{Type: corev1.EventTypeWarning, Message: "no room"}
	for i, c := range []struct {
		matcher types.GomegaMatcher
		sight   witness.Claim
		want    string
	}{
		{witness.BeSelectedFor("n"), claim(selected("n")), holds},
		{witness.BeSelectedFor("n"), claim(none), waits},
		{witness.BeSelectedFor("n"), claim(selected("m")), never},
		{witness.BeUnselected(), claim(none), holds},
		{witness.BeUnselected(), claim(selected("m")), waits},
		{witness.BeRefusedProvisioning("room"), claim(none, warning), holds},
		{witness.BeRefusedProvisioning("zone"), claim(none, warning), waits},
		{witness.BeRefusedProvisioning("room"), claim(bound, warning), never},
		{witness.HaveCapacity(2 << 30), claim(large), holds},
		{witness.HaveCapacity(3 << 30), claim(large), waits},
		{witness.HaveCapacity(1), claim(none), waits},
	} {
		g.Expect(answer(c.matcher, c.sight)).To(Equal(c.want), "case %d", i)
	}
}

func TestBeMadeBy(t *testing.T) {
	g := NewWithT(t)
	volume := func(driver, handle, by string) witness.Volume {
		v := &corev1.PersistentVolume{ObjectMeta: metav1.ObjectMeta{Annotations: map[string]string{"pv.kubernetes.io/provisioned-by": by}}}
		v.Spec.CSI = &corev1.CSIPersistentVolumeSource{Driver: driver, VolumeHandle: handle}
		return witness.Volume{Name: "volume v", Seen: true, Object: v}
	}
	g.Expect(answer(witness.BeMadeBy("d"), volume("d", "h", "d"))).To(Equal(holds))
	g.Expect(answer(witness.BeMadeBy("d"), volume("d", "h", ""))).To(Equal(waits))
	g.Expect(answer(witness.BeMadeBy("d"), volume("e", "h", "d"))).To(Equal(never))
	g.Expect(answer(witness.BeMadeBy("d"), volume("d", "", "d"))).To(Equal(never))
}
