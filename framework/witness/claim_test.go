package witness

import (
	"errors"
	"testing"

	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/types"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Answers of a matcher: it holds, it does not hold yet, it never will.
type answer string

const (
	yes      answer = "yes"
	notYet   answer = "not yet"
	neverYes answer = "never"
)

func ask(t *testing.T, m types.GomegaMatcher, sight any) answer {
	t.Helper()
	ok, err := m.Match(sight)
	var stop PollingSignalError
	switch {
	case errors.As(err, &stop) && !ok:
		return neverYes
	case err != nil:
		t.Fatalf("the matcher cannot look: %v", err)
	case ok:
		return yes
	}
	return notYet
}

func aClaim(phase corev1.PersistentVolumeClaimPhase, volume string, reasons ...string) Claim {
	s := Claim{Name: "claim c", Seen: true, Object: &corev1.PersistentVolumeClaim{}}
	s.Object.Spec.VolumeName, s.Object.Status.Phase = volume, phase
	for _, r := range reasons {
		s.Events = append(s.Events, corev1.Event{Reason: r, Message: "because"})
	}
	return s
}

func TestClaimMatchers(t *testing.T) {
	pending, bound := corev1.ClaimPending, corev1.ClaimBound
	deleted := aClaim(bound, "v")
	deleted.Object.DeletionTimestamp = &metav1.Time{}
	for name, c := range map[string]struct {
		matcher types.GomegaMatcher
		sight   Claim
		want    answer
	}{
		"bound":                                     {BeBound(), aClaim(bound, "v"), yes},
		"volume named but not bound yet":            {BeBound(), aClaim(pending, "v"), notYet},
		"pending":                                   {BeBound(), aClaim(pending, ""), notYet},
		"lost":                                      {BeBound(), aClaim(corev1.ClaimLost, "v"), neverYes},
		"never seen":                                {BeBound(), Claim{Name: "claim c"}, notYet},
		"bound to the right volume":                 {BeBoundTo("v"), aClaim(bound, "v"), yes},
		"bound, but to what nobody says":            {BeBoundTo("v"), aClaim(bound, ""), notYet},
		"bound without a volume":                    {BeBound(), aClaim(bound, ""), notYet},
		"lost its volume":                           {BeBoundTo("v"), aClaim(corev1.ClaimLost, "v"), neverYes},
		"bound to another volume":                   {BeBoundTo("v"), aClaim(bound, "w"), neverYes},
		"naming another volume while Pending":       {BeBoundTo("v"), aClaim(pending, "w"), neverYes},
		"naming the right volume while Pending":     {BeBoundTo("v"), aClaim(pending, "v"), notYet},
		"unbound":                                   {BeUnbound(), aClaim(pending, ""), yes},
		"not unbound once a volume is named":        {BeUnbound(), aClaim(pending, "v"), notYet},
		"not unbound when bound":                    {BeUnbound(), aClaim(bound, "v"), notYet},
		"waiting for a consumer":                    {BeWaitingForConsumer(), aClaim(pending, "", "WaitForFirstConsumer"), yes},
		"pending without the reason":                {BeWaitingForConsumer(), aClaim(pending, ""), notYet},
		"pending for another reason":                {BeWaitingForConsumer(), aClaim(pending, "", "FailedBinding"), notYet},
		"bound although it said that it waits":      {BeWaitingForConsumer(), aClaim(bound, "v", "WaitForFirstConsumer"), neverYes},
		"without a match":                           {BeWithoutMatch(), aClaim(pending, "", "FailedBinding"), yes},
		"without a match, of a class nobody serves": {BeWithoutMatch(), aClaim(pending, "", "ProvisioningFailed"), yes},
		"without a match, but never told":           {BeWithoutMatch(), aClaim(pending, ""), notYet},
		"matched after all":                         {BeWithoutMatch(), aClaim(bound, "v", "FailedBinding"), neverYes},
		"terminating":                               {BeTerminating(), deleted, yes},
		"not terminating":                           {BeTerminating(), aClaim(bound, "v"), notYet},
		"there":                                     {BeThere[*corev1.PersistentVolumeClaim](), aClaim(bound, "v"), yes},
		"not there any more":                        {BeThere[*corev1.PersistentVolumeClaim](), Claim{Seen: true, Gone: true}, notYet},
		"gone":                                      {BeGone[*corev1.PersistentVolumeClaim](), Claim{Seen: true, Gone: true}, yes},
		"never seen is not gone":                    {BeGone[*corev1.PersistentVolumeClaim](), Claim{}, notYet},
		"a deleted claim is not looked at":          {BeBound(), Claim{Seen: true, Gone: true, Object: aClaim(bound, "v").Object}, notYet},
		"a deleted claim is no proof of unbound":    {BeUnbound(), Claim{Seen: true, Gone: true, Object: aClaim(pending, "").Object}, notYet},
		"a deleted claim waits for nobody at all":   {BeWaitingForConsumer(), Claim{Seen: true, Gone: true, Object: aClaim(pending, "", "WaitForFirstConsumer").Object}, notYet},
	} {
		t.Run(name, func(t *testing.T) {
			NewWithT(t).Expect(ask(t, c.matcher, c.sight)).To(Equal(c.want))
		})
	}
}

func TestFailureTextSaysWhatWasExpectedAndSeen(t *testing.T) {
	g := NewWithT(t)
	text := BeBoundTo("v").FailureMessage(aClaim(corev1.ClaimPending, "", "FailedBinding"))
	g.Expect(text).To(Equal("expected: claim c to be bound to volume v\nobserved: claim c is Pending; events: FailedBinding: because"))
	g.Expect(BeBound().FailureMessage(Claim{Name: "claim c"})).To(HaveSuffix("observed: claim c does not exist"))
	g.Expect(BeBound().FailureMessage(Claim{Name: "claim c", Seen: true, Gone: true})).To(HaveSuffix("observed: claim c was deleted"))
}
