package lab

import (
	"testing"

	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"csicert/framework/trace"
)

func whats(o trace.Object) (all []string) {
	for _, s := range o.States {
		all = append(all, s.What)
	}
	return all
}

func TestTraceTellsWhatObjectsCameTo(t *testing.T) {
	g := NewWithT(t)
	j, claim := journalled(t)
	claim.b.prefix = "s"
	show(j, corev1.ClaimPending, "", false)
	show(j, corev1.ClaimBound, "v", false)
	show(j, corev1.ClaimBound, "v", false)
	foreign := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "n", Name: "other"}}
	j.write(keyOf(kindPod, foreign), foreign, false)
	pv := &corev1.PersistentVolume{ObjectMeta: metav1.ObjectMeta{Name: "v", UID: "2", Annotations: map[string]string{provisionedBy: "d"}}}
	pv.Spec.ClaimRef = &corev1.ObjectReference{Namespace: "n", Name: "s-claim-1"}
	in := corev1.NodeSelectorRequirement{Key: "zone", Operator: corev1.NodeSelectorOpIn, Values: []string{"a"}}
	term := corev1.NodeSelectorTerm{MatchExpressions: []corev1.NodeSelectorRequirement{in}}
	pv.Spec.NodeAffinity = &corev1.VolumeNodeAffinity{Required: &corev1.NodeSelector{NodeSelectorTerms: []corev1.NodeSelectorTerm{term, term}}}
	j.write(keyOf(kindVolume, pv), pv, false)
	show(j, corev1.ClaimBound, "v", true)

	got := claim.b.Trace()
	g.Expect(got.Objects).To(HaveLen(2))
	g.Expect(whats(got.Objects[0])).To(Equal([]string{trace.Created, trace.Bound, trace.Gone}))
	g.Expect(got.Objects[1].Segment).To(Equal(map[string][]string{"zone": {"a"}}))
	g.Expect(got.Objects[1].Provisioner).To(Equal("d"))
	g.Expect(got.Objects[1].Uses).To(Equal([]trace.Ref{{Kind: trace.Claim, Name: "s-claim-1"}}))
}

// A StatefulSet's pod comes back under its name: that is another life.
func TestTraceTellsSuccessorsApart(t *testing.T) {
	g := NewWithT(t)
	j, claim := journalled(t)
	claim.b.prefix = "s"
	for uid, phase := range map[types.UID]corev1.PodPhase{"1": corev1.PodFailed, "2": corev1.PodRunning} {
		pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "n", Name: "p", UID: uid, Labels: map[string]string{LabelSpec: "s"}}}
		pod.Status.Phase, pod.Spec.NodeName = phase, "node-"+string(uid)
		pod.Spec.Volumes = []corev1.Volume{{Name: "data", VolumeSource: corev1.VolumeSource{Ephemeral: &corev1.EphemeralVolumeSource{}}}}
		j.write(keyOf(kindPod, pod), pod, false)
	}
	got := claim.b.Trace()
	g.Expect(got.Objects).To(HaveLen(2))
	g.Expect([]string{got.Objects[0].Node, got.Objects[1].Node}).To(ConsistOf("node-1", "node-2"))
	g.Expect([][]string{whats(got.Objects[0]), whats(got.Objects[1])}).To(ConsistOf(
		[]string{trace.Created, trace.Scheduled, "Failed"}, []string{trace.Created, trace.Scheduled, trace.Running}))
	g.Expect(got.Objects[0].Uses).To(Equal([]trace.Ref{{Kind: trace.Claim, Name: "p-data"}}))
}
