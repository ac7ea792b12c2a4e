package witness

import (
	"github.com/onsi/gomega/types"
	apitypes "k8s.io/apimachinery/pkg/types"
)

// OncePodTaken: another pod has the claim of access mode ReadWriteOncePod. The scheduler's words, v1.37 and before.
var OncePodTaken = []string{"ReadWriteOncePod access mode already in-use by another pod", "and ReadWriteOncePod access mode"}

// RunInPlaceOf holds when a pod of the same name runs that is not the one with that UID: its successor.
func RunInPlaceOf(uid apitypes.UID) types.GomegaMatcher {
	return match("run, as the successor of the pod with uid "+string(uid), func(s Pod) (bool, error) {
		if s.Object.UID == uid {
			return false, nil
		}
		return runs(s.Object)
	}, func(s Pod) string { return podState(s) + ", has uid " + string(s.Object.UID) })
}

// RunUnbroken holds when the pod is the one with that UID and runs, and none of its containers was started twice.
func RunUnbroken(uid apitypes.UID) types.GomegaMatcher {
	return match("run on, with uid "+string(uid), func(s Pod) (bool, error) {
		if s.Object.UID != uid {
			return false, never("another pod has taken its place")
		}
		for _, c := range s.Object.Status.ContainerStatuses {
			if c.RestartCount > 0 {
				return false, never("container %s was restarted", c.Name)
			}
		}
		return runs(s.Object)
	}, podState)
}
