package witness

import (
	"fmt"
	"slices"
	"strings"

	"github.com/onsi/gomega/types"
	corev1 "k8s.io/api/core/v1"
)

// reasonExternal is the reason of the event on a claim that waits for somebody's provisioner.
const reasonExternal = "ExternalProvisioning"

// reasonProvisioning is the reason of the event with which a provisioner begins.
const reasonProvisioning = "Provisioning"

// BeWaitingForProvisioner holds when the claim is Pending and its events say that it waits for that provisioner; bound,
// it never will.
func BeWaitingForProvisioner(name string) types.GomegaMatcher {
	return match("be Pending, waiting for provisioner "+name, func(s Claim) (bool, error) {
		if s.Object.Spec.VolumeName != "" {
			return false, never("the claim is bound to volume %s", s.Object.Spec.VolumeName)
		}
		_, told := s.event(reasonExternal, name)
		return told && s.Object.Status.Phase == corev1.ClaimPending, nil
	}, claimState)
}

// BeUnderWay holds when a provisioner says that it makes a volume for the claim, or has made it.
func BeUnderWay() types.GomegaMatcher {
	return match("be bound, or be provisioned (reason "+reasonProvisioning+")", func(s Claim) (bool, error) {
		_, told := s.event(reasonProvisioning, "")
		return told || s.Object.Spec.VolumeName != "", nil
	}, claimState)
}

// HaveRoom holds when the volume says that it has at least these bytes.
func HaveRoom(bytes int64) types.GomegaMatcher {
	return match(fmt.Sprintf("have a capacity of at least %d bytes", bytes), func(s Volume) (bool, error) {
		has := s.Object.Spec.Capacity[corev1.ResourceStorage]
		return has.Value() >= bytes, nil
	}, func(s Volume) string {
		has := s.Object.Spec.Capacity[corev1.ResourceStorage]
		return volumeState(s) + ", has " + has.String()
	})
}

// BeOfClass holds when the volume has what its class and its claim settle when it is made: the class's name, the reclaim
// policy, and each access mode asked for.
func BeOfClass(class string, policy corev1.PersistentVolumeReclaimPolicy, modes ...corev1.PersistentVolumeAccessMode) types.GomegaMatcher {
	return match(fmt.Sprintf("be of class %s, policy %s, access modes %v", class, policy, modes), func(s Volume) (bool, error) {
		spec := s.Object.Spec
		lacks := slices.ContainsFunc(modes, func(m corev1.PersistentVolumeAccessMode) bool { return !slices.Contains(spec.AccessModes, m) })
		if spec.StorageClassName != class || spec.PersistentVolumeReclaimPolicy != policy || lacks {
			return false, never("a provisioned volume does not change these by itself")
		}
		return true, nil
	}, func(s Volume) string {
		return fmt.Sprintf("%s, class %s, policy %s, access modes %v", volumeState(s), s.Object.Spec.StorageClassName, s.Object.Spec.PersistentVolumeReclaimPolicy, s.Object.Spec.AccessModes)
	})
}

// BePlacedByKeys holds when the volume has a node affinity and all of it is told by these node labels.
func BePlacedByKeys(keys ...string) types.GomegaMatcher {
	return match("have a node affinity by no other label than "+strings.Join(keys, ", "), func(s Volume) (bool, error) {
		terms := affinityTerms(s.Object)
		if len(terms) == 0 {
			return false, never("the volume has no node affinity")
		}
		for _, term := range terms {
			for _, r := range term.MatchExpressions {
				if !slices.Contains(keys, r.Key) {
					return false, never("label %s is none of them", r.Key)
				}
			}
		}
		return true, nil
	}, volumeState)
}
