package lab

import (
	"context"
	"errors"
	"net"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/gcustom"
	"github.com/onsi/gomega/types"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"csicert/framework/subject"
	"csicert/framework/witness"
)

// ended tells whether the spec would have ended there. Outside of a spec Ginkgo panics, and keeps the message back.
func ended(do func()) (yes bool) {
	defer func() { yes = recover() != nil }()
	do()
	return false
}

// blind is a matcher that cannot look, or sees a state from which the wanted one cannot come.
func blind(err error) types.GomegaMatcher {
	return gcustom.MakeMatcher(func(witness.Claim) (bool, error) { return false, err }).WithMessage("be seen")
}

func TestLookBackSwallowsNoError(t *testing.T) {
	for name, err := range map[string]error{"never": StopTrying("it is bound"), "cannot look": errors.New("no schema")} {
		t.Run(name, func(t *testing.T) {
			j, claim := journalled(t)
			show(j, corev1.ClaimPending, "", false)
			_, failure := claim.lookBack(blind(err))
			NewWithT(t).Expect(failure).To(ContainSubstring("version 1 of 1"))
		})
	}
}

func TestAwaitSwallowsNoError(t *testing.T) {
	j, claim := journalled(t)
	show(j, corev1.ClaimPending, "", false)
	NewWithT(t).Expect(claim.await(t.Context(), time.Minute, blind(errors.New("no schema")))).To(ContainSubstring("cannot look: no schema"))
}

func TestThroughoutLooksBehindTheFence(t *testing.T) {
	g := NewWithT(t)
	j, claim := journalled(t)
	show(j, corev1.ClaimPending, "", false)
	g.Expect(ended(func() {
		claim.Throughout(t.Context(), witness.BeUnbound(), func() { show(j, corev1.ClaimBound, "v", false) })
	})).To(BeTrue(), "it became bound while the fence was waited for")
	g.Expect(claim.b.Timeline()).NotTo(ContainSubstring("blocked"), "that is a judgement")

	j, claim = journalled(t)
	show(j, corev1.ClaimPending, "", false)
	g.Expect(ended(func() { claim.Throughout(t.Context(), witness.BeUnbound(), func() {}) })).To(BeFalse())
}

func TestThroughoutNeedsSomethingToLookAt(t *testing.T) {
	_, claim := journalled(t)
	NewWithT(t).Expect(ended(func() { claim.Throughout(t.Context(), witness.BeUnbound(), func() {}) })).To(BeTrue())
	NewWithT(t).Expect(claim.b.Timeline()).To(ContainSubstring("blocked: looking back: the watch never showed claim c"))
}

func TestFoldersThatCannotBeLookedIntoAreAnError(t *testing.T) {
	g := NewWithT(t)
	nobody := newAttendant(func(context.Context) (net.Conn, error) { return nil, errors.New("no route") })
	j := newJournal()
	budgets := subject.Default()
	budgets.Data = 50 * time.Millisecond
	b := &Bench{story: &story{}, prefix: "snap-001", lab: &Lab{journal: j, keepers: map[string]string{"a-1": "keeper-a"}, attendants: map[string]*attendant{"a-1": nobody},
		cfg: Config{Budgets: budgets, Driver: &subject.Driver{Name: "d", Storage: &subject.Storage{NodeFolders: []string{"/var/lib/d"}}}}}}
	g.Expect(b.leftovers(t.Context())).To(BeEmpty(), "a spec that made nothing left nothing")

	v := &corev1.PersistentVolume{ObjectMeta: metav1.ObjectMeta{Name: "v"}, Spec: corev1.PersistentVolumeSpec{ClaimRef: &corev1.ObjectReference{Name: "snap-001-claim-1"}}}
	v.Spec.CSI = &corev1.CSIPersistentVolumeSource{Driver: "d", VolumeHandle: "v-1"}
	j.write(key{kindVolume, "", "v"}, v, false)
	j.write(key{kindVolume, "", "v"}, v, true)
	_, err := b.leftovers(t.Context())
	g.Expect(err).To(MatchError("looking: on node a-1: reaching the keeper: no route"))
}

// What was deleted is not waited for, unless it has a controller, which makes such things again.
func TestAwaitEndsWithADeletion(t *testing.T) {
	g := NewWithT(t)
	j, claim := journalled(t)
	show(j, corev1.ClaimPending, "", true)
	g.Expect(claim.await(t.Context(), time.Minute, witness.BeBound())).To(ContainSubstring("it was deleted"))

	claim.made = &corev1.PersistentVolumeClaim{ObjectMeta: metav1.ObjectMeta{UID: "later"}}
	g.Expect(claim.await(t.Context(), 10*time.Millisecond, witness.BeBound())).To(ContainSubstring("deadline exceeded"), "it was an earlier one of the name")

	j, claim = journalled(t)
	owned := &corev1.PersistentVolumeClaim{ObjectMeta: metav1.ObjectMeta{Name: "c", OwnerReferences: []metav1.OwnerReference{{Controller: ptr.To(true)}}}}
	j.write(claim.key, owned, true)
	g.Expect(claim.await(t.Context(), 10*time.Millisecond, witness.BeBound())).To(ContainSubstring("deadline exceeded"), "the whole budget is waited for")
}
