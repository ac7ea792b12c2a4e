package mutant

import (
	"errors"
	"testing"

	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/fake"
	k8stesting "k8s.io/client-go/testing"
)

func TestFreeActsOnReleasedVolumesOnly(t *testing.T) {
	for phase, freed := range map[corev1.PersistentVolumePhase]bool{corev1.VolumeReleased: true, corev1.VolumeBound: false, corev1.VolumeAvailable: false} {
		g := NewWithT(t)
		v := &corev1.PersistentVolume{ObjectMeta: metav1.ObjectMeta{Name: "v"}}
		v.Status.Phase, v.Spec.ClaimRef = phase, &corev1.ObjectReference{Name: "c"}
		set := fake.NewClientset(v)
		g.Expect(free(t.Context(), set, v)).To(Succeed())
		now, err := set.CoreV1().PersistentVolumes().Get(t.Context(), "v", metav1.GetOptions{})
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(now.Spec.ClaimRef == nil).To(Equal(freed), string(phase))
	}
}

func TestFreeTellsWhenItCouldNot(t *testing.T) {
	v := &corev1.PersistentVolume{ObjectMeta: metav1.ObjectMeta{Name: "v"}}
	v.Status.Phase, v.Spec.ClaimRef = corev1.VolumeReleased, &corev1.ObjectReference{Name: "c"}
	set := fake.NewClientset()
	NewWithT(t).Expect(free(t.Context(), set, v)).To(Succeed(), "it is gone: nothing is left to free")
	set.PrependReactor("patch", "persistentvolumes", func(k8stesting.Action) (bool, runtime.Object, error) {
		return true, nil, errors.New("no route to the server")
	})
	NewWithT(t).Expect(free(t.Context(), set, v)).To(MatchError(ContainSubstring("freeing volume v")))
}

func TestOnlyActorsAct(t *testing.T) {
	g := NewWithT(t)
	_, err := Act(t.Context(), fake.NewClientset(), "class-delayed")
	g.Expect(err).To(Equal(Unknown("class-delayed")))
	kind, err := KindOf("released-volume-freed")
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(kind).To(Equal(KindActor))
	_, err = KindOf("unheard-of")
	g.Expect(err).To(Equal(Unknown("unheard-of")))
}
