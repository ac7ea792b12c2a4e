package witness

import (
	"fmt"
	"slices"
	"strings"

	"github.com/onsi/gomega/types"
	corev1 "k8s.io/api/core/v1"
)

// BeInSegment holds when every term of the volume's node affinity confines it to these values of the topology key: a
// term without the key, or with a value more, would let pods use it where it is not.
func BeInSegment(key string, values ...string) types.GomegaMatcher {
	return match(fmt.Sprintf("have node affinity %s In %v in every term", key, values), func(s Volume) (bool, error) {
		terms := affinityTerms(s.Object)
		if len(terms) == 0 {
			return false, never("the volume has no node affinity")
		}
		for _, term := range terms {
			if !slices.ContainsFunc(term.MatchExpressions, func(r corev1.NodeSelectorRequirement) bool {
				return r.Key == key && r.Operator == corev1.NodeSelectorOpIn && len(r.Values) > 0 &&
					!slices.ContainsFunc(r.Values, func(v string) bool { return !slices.Contains(values, v) })
			}) {
				return false, never("a term does not keep the volume there")
			}
		}
		return true, nil
	}, volumeState)
}

// BeSelectedFor holds when the scheduler chose one of the nodes for the claim (annotation selected-node), or the claim
// is bound, which ends the choice.
func BeSelectedFor(nodes ...string) types.GomegaMatcher {
	return match("have its node selected among "+strings.Join(nodes, ", "), func(s Claim) (bool, error) {
		node := s.Object.Annotations[SelectedNode]
		if node != "" && !slices.Contains(nodes, node) {
			return false, never("node %s was selected", node)
		}
		return node != "", nil
	}, claimState)
}

// BeUnselected holds while no node was selected for the claim.
func BeUnselected() types.GomegaMatcher {
	return match("have no node selected", func(s Claim) (bool, error) { return s.Object.Annotations[SelectedNode] == "", nil }, claimState)
}

// SelectedNode is the annotation by which the scheduler tells the provisioner its choice.
const SelectedNode = "volume.kubernetes.io/selected-node"

// BeRefusedProvisioning holds when the claim is Pending and its events tell, with these words, why no volume is made;
// bound, it never will.
func BeRefusedProvisioning(words ...string) types.GomegaMatcher {
	return match(`be Pending, with a reason like "`+strings.Join(words, `" or "`)+`"`, func(s Claim) (bool, error) {
		if s.Object.Spec.VolumeName != "" {
			return false, never("the claim is bound to volume %s", s.Object.Spec.VolumeName)
		}
		for _, e := range s.Events {
			if e.Type != corev1.EventTypeWarning {
				continue
			}
			if len(words) == 0 || slices.ContainsFunc(words, func(w string) bool { return strings.Contains(e.Message, w) }) {
				return true, nil
			}
		}
		return false, nil
	}, claimState)
}

// HaveCapacity holds when the claim says that it has at least these bytes.
func HaveCapacity(bytes int64) types.GomegaMatcher {
	return match(fmt.Sprintf("have a capacity of at least %d bytes", bytes), func(s Claim) (bool, error) {
		has := s.Object.Status.Capacity[corev1.ResourceStorage]
		return has.Value() >= bytes, nil
	}, func(s Claim) string {
		has := s.Object.Status.Capacity[corev1.ResourceStorage]
		return claimState(s) + ", has " + has.String()
	})
}

// BeMadeBy holds when the volume is one that the CSI driver provisioned, with a handle.
func BeMadeBy(driver string) types.GomegaMatcher {
	return match("be provisioned by "+driver+", with a handle", func(s Volume) (bool, error) {
		csi := s.Object.Spec.CSI
		if csi == nil || csi.Driver != driver || csi.VolumeHandle == "" {
			return false, never("what a volume is does not change")
		}
		return s.Object.Annotations["pv.kubernetes.io/provisioned-by"] == driver, nil
	}, volumeState)
}
