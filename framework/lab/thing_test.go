package lab

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	snapshotv1 "github.com/kubernetes-csi/external-snapshotter/client/v8/apis/volumesnapshot/v1"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"csicert/framework/subject"
	"csicert/framework/witness"
)

// A bench with nothing but a journal: what a watch would write to it, the test writes.
func journalled(t *testing.T) (*journal, *Thing[*corev1.PersistentVolumeClaim]) {
	t.Helper()
	j := newJournal()
	b := &Bench{story: &story{}, lab: &Lab{journal: j, cfg: Config{Budgets: subject.Default()}}}
	return j, &Thing[*corev1.PersistentVolumeClaim]{b: b, key: key{kindClaim, "n", "c"}}
}

func show(j *journal, phase corev1.PersistentVolumeClaimPhase, volume string, gone bool) {
	pvc := &corev1.PersistentVolumeClaim{ObjectMeta: metav1.ObjectMeta{Namespace: "n", Name: "c", UID: "1", Labels: map[string]string{LabelSpec: "s"}}}
	pvc.Status.Phase, pvc.Spec.VolumeName = phase, volume
	j.write(keyOf(kindClaim, pvc), pvc, gone)
}

func TestAwaitEndsWhenTheWatchShowsIt(t *testing.T) {
	g := NewWithT(t)
	j, claim := journalled(t)
	show(j, corev1.ClaimPending, "", false)
	done := make(chan string)
	go func() { done <- claim.await(t.Context(), time.Minute, witness.BeBound()) }()
	show(j, corev1.ClaimPending, "v", false)
	show(j, corev1.ClaimBound, "v", false)
	g.Eventually(done).Should(Receive(BeEmpty()))
}

func TestAwaitEndsAtOnceWhenItNeverWill(t *testing.T) {
	g := NewWithT(t)
	j, claim := journalled(t)
	show(j, corev1.ClaimBound, "w", false)
	began := time.Now()
	g.Expect(claim.await(t.Context(), time.Minute, witness.BeBoundTo("v"))).To(And(
		HavePrefix("expected: claim c to be bound to volume v"), ContainSubstring("cannot come any more: the claim is bound to volume w")))
	g.Expect(time.Since(began)).To(BeNumerically("<", time.Second))
}

func TestAwaitTellsWhatItLastSawWhenTheBudgetIsSpent(t *testing.T) {
	g := NewWithT(t)
	j, claim := journalled(t)
	show(j, corev1.ClaimPending, "", false)
	j.tell(corev1.Event{ObjectMeta: metav1.ObjectMeta{UID: "e"}, InvolvedObject: corev1.ObjectReference{UID: "1"}, Reason: "FailedBinding", Message: "none fits"})
	g.Expect(claim.await(t.Context(), time.Millisecond, witness.BeBound())).To(ContainSubstring("claim c is Pending; events: FailedBinding: none fits"))
}

func TestAwaitTellsThatTheRunWasInterrupted(t *testing.T) {
	_, claim := journalled(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("somebody pressed Ctrl-C"))
	NewWithT(t).Expect(claim.await(ctx, time.Minute, witness.BeBound())).To(ContainSubstring("somebody pressed Ctrl-C"))
}

func TestLookBackSeesWhatPassedBetweenTwoLooks(t *testing.T) {
	g := NewWithT(t)
	j, claim := journalled(t)
	show(j, corev1.ClaimPending, "", false)
	show(j, corev1.ClaimBound, "v", false)
	show(j, corev1.ClaimPending, "", false)
	_, failure := claim.lookBack(witness.BeUnbound())
	g.Expect(failure).To(And(ContainSubstring("names volume v"), ContainSubstring("version 2 of 3")))
}

func TestLookBackSeesADeletion(t *testing.T) {
	g := NewWithT(t)
	j, claim := journalled(t)
	show(j, corev1.ClaimPending, "", false)
	show(j, corev1.ClaimPending, "", true)
	_, failure := claim.lookBack(witness.BeUnbound())
	g.Expect(failure).To(ContainSubstring("claim c was deleted"))
}

func TestLookBackCountsWhatItLookedAt(t *testing.T) {
	g := NewWithT(t)
	j, claim := journalled(t)
	looked, failure := claim.lookBack(witness.BeUnbound())
	g.Expect(looked).To(BeZero(), "an object that was never shown proves nothing")
	g.Expect(failure).To(BeEmpty())
	show(j, corev1.ClaimPending, "", false)
	looked, failure = claim.lookBack(witness.BeUnbound())
	g.Expect(looked).To(Equal(1))
	g.Expect(failure).To(BeEmpty())
}

func TestRepeatedEventReplacesItself(t *testing.T) {
	g := NewWithT(t)
	j, claim := journalled(t)
	show(j, corev1.ClaimPending, "", false)
	for _, message := range []string{"first", "second"} {
		j.tell(corev1.Event{ObjectMeta: metav1.ObjectMeta{UID: "e"}, InvolvedObject: corev1.ObjectReference{UID: "1"}, Message: message})
	}
	s := claim.sight()
	g.Expect(s.Events).To(HaveLen(1))
	g.Expect(s.Events[0].Message).To(Equal("second"))
}

func TestLeftoversAreNamed(t *testing.T) {
	g := NewWithT(t)
	j, claim := journalled(t)
	b := claim.b
	b.prefix, b.lab.cfg.Budgets.Undo = "s", time.Millisecond
	show(j, corev1.ClaimBound, "v", false)
	left, err := b.Undo(t.Context())
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(left).To(ConsistOf(And(ContainSubstring("n/c"), ContainSubstring("never deleted"))))

	show(j, corev1.ClaimBound, "v", true)
	g.Expect(b.Undo(t.Context())).To(BeEmpty())
	versions, _ := j.read(claim.key)
	g.Expect(versions).To(BeEmpty(), "what is gone is forgotten")
}

func TestUndoGoesBackwardsAndOnAfterAFailure(t *testing.T) {
	g := NewWithT(t)
	_, claim := journalled(t)
	var order []string
	step := func(name string, last bool, err error) undoing {
		return undoing{what: name, last: last, do: func(context.Context) error { order = append(order, name); return err }}
	}
	claim.b.undo = []undoing{step("class", false, nil), step("directory", true, nil), step("volume", false, errors.New("refused")), step("pod", false, nil)}
	_, err := claim.b.Undo(t.Context())
	g.Expect(err).To(MatchError("undoing volume: refused"))
	g.Expect(order).To(Equal([]string{"pod", "volume", "class", "directory"}))
}

func TestCapabilitiesOfTheNodes(t *testing.T) {
	g := NewWithT(t)
	one, two := Node{Name: "1", Zone: "a"}, Node{Name: "2", Zone: "a"}
	other := Node{Name: "3", Zone: "b"}
	g.Expect(Capabilities([]Node{one})).To(HaveLen(1))
	g.Expect(Capabilities([]Node{one, two})).To(And(ContainElement(BeEquivalentTo("two-nodes")), Not(ContainElement(BeEquivalentTo("two-zones")))))
	g.Expect(Capabilities([]Node{one, two, other})).To(HaveLen(4))
	unzoned := Node{Name: "4"}
	g.Expect(Capabilities([]Node{one, other, unzoned})).To(And(ContainElement(BeEquivalentTo("three-nodes")), Not(ContainElement(BeEquivalentTo("two-zones")))))
}

func TestUndoTakesSnapshotsThatWereNeverReadyFirst(t *testing.T) {
	g := NewWithT(t)
	j, claim := journalled(t)
	b := claim.b
	b.prefix, b.lab.cfg.Budgets.Undo = "s", time.Minute
	cut := func(name string, ready, gone bool) key {
		s := &snapshotv1.VolumeSnapshot{ObjectMeta: metav1.ObjectMeta{Namespace: "n", Name: name, UID: types.UID(name), Labels: map[string]string{LabelSpec: "s"}},
			Status: &snapshotv1.VolumeSnapshotStatus{ReadyToUse: &ready}}
		k := keyOf(kindSnapshot, s)
		j.write(k, s, gone)
		return k
	}
	lost, never, good := cut("lost", false, false), cut("never", false, false), cut("good", true, false)
	gone := func(k key) {
		versions, _ := j.read(k)
		g.Expect(versions[len(versions)-1].gone).To(BeTrue(), k.name+" was waited for")
	}
	var order []string
	step := func(name string, snapshot *key, do func()) undoing {
		return undoing{what: name, cut: snapshot, do: func(context.Context) error {
			order = append(order, name)
			do()
			return nil
		}}
	}
	all := []undoing{
		step("lost", &lost, func() { go cut("lost", false, true) }),
		step("claim", nil, func() {}),
		step("never", &never, func() { gone(lost); go cut("never", false, true) }),
		step("good", &good, func() { gone(never); cut("good", true, true) }),
	}
	b.undo = slices.Clone(all)
	g.Expect(b.Undo(t.Context())).To(BeEmpty())
	g.Expect(order).To(Equal([]string{"lost", "never", "good", "claim"}))

	order, lost, never = nil, cut("lost", false, false), cut("never", false, false)
	b.undo = slices.Clone(all[:3])
	g.Expect(b.Undo(t.Context())).To(BeEmpty())
	g.Expect(order).To(Equal([]string{"lost", "never", "claim"}), "one after the other where none was ready, too")
}
