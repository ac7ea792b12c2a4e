package lab

import (
	"context"
	"errors"
	"testing"

	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"csicert/framework/witness"
)

func TestOnlyTheNamedJudgementIsSpoilt(t *testing.T) {
	for spoil, spoilt := range map[int][]int{0: nil, 1: {1}, 2: {2}, 4: nil} {
		_, claim := journalled(t)
		claim.b.lab.cfg.Spoil = spoil
		var seen []int
		for n := range 3 {
			claim.b.judging(t.Context(), func(context.Context) error { seen = append(seen, n+1); return nil })
		}
		NewWithT(t).Expect(seen).To(Equal(spoilt), "judgement %d", spoil)
	}
}

func TestWhatCannotBeSpoiltIsNotJudged(t *testing.T) {
	_, claim := journalled(t)
	claim.b.lab.cfg.Spoil = 1
	fails := func(context.Context) error { return errors.New("no such pod") }
	NewWithT(t).Expect(ended(func() { claim.b.judging(t.Context(), fails) })).To(BeTrue())
	NewWithT(t).Expect(claim.b.Timeline()).To(ContainSubstring("blocked: spoiling what is judged: no such pod"))
}

func TestUntilSeesWhatTheWatchShows(t *testing.T) {
	g := NewWithT(t)
	j, claim := journalled(t)
	bound := func(s witness.Sight[*corev1.PersistentVolumeClaim]) bool {
		return s.Object.Status.Phase == corev1.ClaimBound
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	show(j, corev1.ClaimPending, "", false)
	late := errors.New("it is late")
	cancel(late)
	g.Expect(claim.until(ctx, bound)).To(Equal(late))
	show(j, corev1.ClaimBound, "v", false)
	g.Expect(claim.until(ctx, bound)).To(Succeed())
}

// What an object was made again from has nothing of what only one that exists can have.
func TestAnewIsAManifest(t *testing.T) {
	was := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "p", Namespace: "n", UID: "u", ResourceVersion: "7", Finalizers: []string{"f"}, Labels: map[string]string{"a": "b"},
		DeletionTimestamp: &metav1.Time{}, OwnerReferences: []metav1.OwnerReference{{}}, ManagedFields: []metav1.ManagedFieldsEntry{{}}}, Spec: corev1.PodSpec{NodeName: "here"}}
	NewWithT(t).Expect(anew(was)).To(Equal(&corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "p", Namespace: "n", Labels: map[string]string{"a": "b"}}}))
	NewWithT(t).Expect(was.UID).NotTo(BeEmpty(), "the one that was seen is not touched")
}
