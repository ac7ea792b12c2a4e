package witness

import (
	"fmt"
	"slices"
	"strings"

	"github.com/onsi/gomega/types"
	corev1 "k8s.io/api/core/v1"
)

// BeInPhase holds when the volume is in the phase.
func BeInPhase(phase corev1.PersistentVolumePhase) types.GomegaMatcher {
	return match("be "+string(phase), func(s Volume) (bool, error) {
		return s.Object.Status.Phase == phase, nil
	}, volumeState)
}

// HaveLeft holds when the volume is in another phase.
func HaveLeft(phase corev1.PersistentVolumePhase) types.GomegaMatcher {
	return match("not be "+string(phase)+" any more", func(s Volume) (bool, error) {
		return s.Object.Status.Phase != phase, nil
	}, volumeState)
}

// BeRetained holds when the volume outlived its claim and is kept for somebody to reclaim by hand.
func BeRetained() types.GomegaMatcher {
	return match("be Released and kept (policy Retain)", func(s Volume) (bool, error) {
		if policy := s.Object.Spec.PersistentVolumeReclaimPolicy; policy != corev1.PersistentVolumeReclaimRetain {
			return false, never("the volume's reclaim policy is %s", policy)
		}
		return s.Object.Status.Phase == corev1.VolumeReleased, nil
	}, volumeState)
}

// BeBoundToClaim holds when the volume names the claim by namespace, name and UID, and is Bound: the volume's half
// of a binding (the claim's half is BeBoundTo).
func BeBoundToClaim(claim *corev1.PersistentVolumeClaim) types.GomegaMatcher {
	want := fmt.Sprintf("%s/%s (uid %s)", claim.Namespace, claim.Name, claim.UID)
	return match("be Bound to claim "+want, func(s Volume) (bool, error) {
		ref := s.Object.Spec.ClaimRef
		if ref != nil && ref.UID != "" && ref.UID != claim.UID {
			return false, never("the volume names another claim")
		}
		named := ref != nil && ref.Namespace == claim.Namespace && ref.Name == claim.Name && ref.UID == claim.UID
		return named && s.Object.Status.Phase == corev1.VolumeBound, nil
	}, volumeState)
}

// BePinnedToHost holds when every term of the volume's node affinity has exactly the host name, by
// kubernetes.io/hostname, among its requirements: a term without it would let the volume be used elsewhere.
func BePinnedToHost(host string) types.GomegaMatcher {
	return match("have node affinity "+corev1.LabelHostname+" In ["+host+"] in every term", func(s Volume) (bool, error) {
		terms := affinityTerms(s.Object)
		if len(terms) == 0 {
			return false, never("the volume has no node affinity")
		}
		for _, term := range terms {
			if !slices.ContainsFunc(term.MatchExpressions, func(r corev1.NodeSelectorRequirement) bool {
				return r.Key == corev1.LabelHostname && r.Operator == corev1.NodeSelectorOpIn && slices.Equal(r.Values, []string{host})
			}) {
				return false, never("a term does not name the host")
			}
		}
		return true, nil
	}, volumeState)
}

// BeHeld holds when deletion was asked for and the volume is still there, held by its claim.
func BeHeld() types.GomegaMatcher {
	return match("be terminating, held while its claim is there", func(s Volume) (bool, error) {
		return s.Object.DeletionTimestamp != nil, nil
	}, volumeState)
}

func affinityTerms(v *corev1.PersistentVolume) []corev1.NodeSelectorTerm {
	if v.Spec.NodeAffinity == nil || v.Spec.NodeAffinity.Required == nil {
		return nil
	}
	return v.Spec.NodeAffinity.Required.NodeSelectorTerms
}

func volumeState(s Volume) string {
	words := "is " + string(s.Object.Status.Phase)
	if ref := s.Object.Spec.ClaimRef; ref != nil {
		words += fmt.Sprintf(", names claim %s/%s (uid %s)", ref.Namespace, ref.Name, ref.UID)
	}
	var terms []string
	for _, term := range affinityTerms(s.Object) {
		var all []string
		for _, r := range term.MatchExpressions {
			all = append(all, fmt.Sprintf("%s %s %v", r.Key, r.Operator, r.Values))
		}
		terms = append(terms, strings.Join(all, " and "))
	}
	if len(terms) == 0 {
		return words + ", has no node affinity"
	}
	return words + ", node affinity " + strings.Join(terms, " or ")
}
