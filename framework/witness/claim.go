package witness

import (
	"fmt"
	"slices"
	"strings"

	"github.com/onsi/gomega/types"
	corev1 "k8s.io/api/core/v1"
)

// ReasonWaitForFirstConsumer is the reason of the event on a delayed claim without a pod.
const ReasonWaitForFirstConsumer = "WaitForFirstConsumer"

// reasonsNoMatch are the reasons of the events on an Immediate claim that no volume fits: without a class, and with
// a class whose volumes nobody provisions (Kubernetes 1.37 and before).
var reasonsNoMatch = []string{"FailedBinding", "ProvisioningFailed"}

// BeBound holds when the claim is bound to a volume.
func BeBound() types.GomegaMatcher {
	return match("be bound", func(s Claim) (bool, error) {
		if s.Object.Status.Phase == corev1.ClaimLost {
			return false, never("the claim is Lost")
		}
		return s.Object.Status.Phase == corev1.ClaimBound && s.Object.Spec.VolumeName != "", nil
	}, claimState)
}

// BeBoundTo holds when the claim is bound to that volume; bound to another, it never will be.
func BeBoundTo(volume string) types.GomegaMatcher {
	return match("be bound to volume "+volume, func(s Claim) (bool, error) {
		if s.Object.Status.Phase == corev1.ClaimLost {
			return false, never("the claim is Lost")
		}
		if got := s.Object.Spec.VolumeName; got != "" && got != volume {
			return false, never("the claim is bound to volume %s", got)
		}
		return s.Object.Status.Phase == corev1.ClaimBound && s.Object.Spec.VolumeName == volume, nil
	}, claimState)
}

// BeUnbound holds while the claim is Pending and names no volume.
func BeUnbound() types.GomegaMatcher {
	return match("be Pending with no volume", func(s Claim) (bool, error) {
		return s.Object.Status.Phase == corev1.ClaimPending && s.Object.Spec.VolumeName == "", nil
	}, claimState)
}

// BeWaitingForConsumer holds when the claim is Pending and its events give WaitForFirstConsumer as the reason.
func BeWaitingForConsumer() types.GomegaMatcher {
	return match("be Pending with reason "+ReasonWaitForFirstConsumer, func(s Claim) (bool, error) {
		if s.Object.Spec.VolumeName != "" {
			return false, never("the claim is bound to volume %s although it has no consumer", s.Object.Spec.VolumeName)
		}
		_, told := s.event(ReasonWaitForFirstConsumer, "")
		return told && s.Object.Status.Phase == corev1.ClaimPending, nil
	}, claimState)
}

// BeWithoutMatch holds when the claim is Pending and its events say that no volume fits.
func BeWithoutMatch() types.GomegaMatcher {
	return match("be Pending because no volume fits (reason "+strings.Join(reasonsNoMatch, " or ")+")", func(s Claim) (bool, error) {
		if s.Object.Spec.VolumeName != "" {
			return false, never("the claim is bound to volume %s", s.Object.Spec.VolumeName)
		}
		told := slices.ContainsFunc(reasonsNoMatch, func(reason string) bool { _, ok := s.event(reason, ""); return ok })
		return told && s.Object.Status.Phase == corev1.ClaimPending, nil
	}, claimState)
}

// BeTerminating holds when deletion was asked for and the claim is still there, held by its protection.
func BeTerminating() types.GomegaMatcher {
	return match("be terminating, held until its last pod is gone", func(s Claim) (bool, error) {
		return s.Object.DeletionTimestamp != nil, nil
	}, claimState)
}

func claimState(s Claim) string {
	words := "is " + string(s.Object.Status.Phase)
	if s.Object.Spec.VolumeName != "" {
		words += ", names volume " + s.Object.Spec.VolumeName
	}
	if s.Object.DeletionTimestamp != nil {
		words += ", is being deleted"
	}
	if node, ok := s.Object.Annotations[SelectedNode]; ok {
		words += fmt.Sprintf(", selected node %s", node)
	}
	return words
}
