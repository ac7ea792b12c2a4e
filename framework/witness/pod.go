package witness

import (
	"fmt"
	"slices"
	"strings"

	"github.com/onsi/gomega/types"
	corev1 "k8s.io/api/core/v1"
)

// The scheduler's words for a pod that its volumes keep away from nodes; they differ by Kubernetes version.
// Source: pkg/scheduler/framework/plugins/volumebinding of k8s.io/kubernetes, v1.37 and before.
var (
	// AffinityConflict: a bound volume is elsewhere.
	AffinityConflict = []string{"didn't match PersistentVolume's node affinity", "had volume node affinity conflict"}
	// NothingToBind: no node that the pod may use has a volume for its delayed claim.
	NothingToBind = []string{"didn't find available persistent volumes to bind"}
	// UnboundImmediate: an Immediate claim of the pod has no volume yet.
	UnboundImmediate = []string{"unbound immediate PersistentVolumeClaims"}
	// NoStorageThere: on the node that was chosen, or on all that the pod may use, no volume can be made for its delayed claim:
	// the provisioner took the choice back, the capacity that the driver publishes does not suffice, or the volume was made
	// elsewhere.
	NoStorageThere = append([]string{"provisioning failed for PVC", "did not have enough free storage", "node affinity doesn't match node"}, AffinityConflict...)
	// NodeUnschedulable: the node was cordoned.
	NodeUnschedulable = []string{"were unschedulable", "node(s) had untolerated taint"}
)

// Run holds when every container of the pod is running and ready.
func Run() types.GomegaMatcher {
	return match("run", func(s Pod) (bool, error) { return runs(s.Object) }, podState)
}

// RunAgain holds when the pod runs after a container of it has ended and was started again.
func RunAgain() types.GomegaMatcher {
	return match("run again", func(s Pod) (bool, error) {
		up, err := runs(s.Object)
		return up && slices.ContainsFunc(s.Object.Status.ContainerStatuses, func(c corev1.ContainerStatus) bool { return c.RestartCount > 0 }), err
	}, podState)
}

// HaveEnded holds when a container of the pod has ended, whether it was started again or not.
func HaveEnded() types.GomegaMatcher {
	return match("have a container end", func(s Pod) (bool, error) {
		return slices.ContainsFunc(s.Object.Status.ContainerStatuses, func(c corev1.ContainerStatus) bool { return c.RestartCount > 0 || c.State.Terminated != nil }), nil
	}, podState)
}

// BeScheduledTo holds when the scheduler gave the pod one of the nodes; on another, it never will.
func BeScheduledTo(nodes ...string) types.GomegaMatcher {
	return match("be scheduled to "+strings.Join(nodes, " or "), func(s Pod) (bool, error) {
		node := s.Object.Spec.NodeName
		if node != "" && !slices.Contains(nodes, node) {
			return false, never("the pod is on node %s", node)
		}
		return node != "", nil
	}, podState)
}

// BeScheduledOff holds when the pod is on any node but this one.
func BeScheduledOff(avoided string) types.GomegaMatcher {
	return match("be scheduled to a node other than "+avoided, func(s Pod) (bool, error) {
		if s.Object.Spec.NodeName == avoided {
			return false, never("the pod is on node %s", avoided)
		}
		return s.Object.Spec.NodeName != "", nil
	}, podState)
}

// BeUnschedulable holds when the scheduler says that the pod fits nowhere, in one of the given wordings.
func BeUnschedulable(wordings []string) types.GomegaMatcher {
	return match(`be Pending, unschedulable because "`+strings.Join(wordings, `" or "`)+`"`, func(s Pod) (bool, error) {
		if s.Object.Spec.NodeName != "" {
			return false, never("the pod was scheduled to node %s", s.Object.Spec.NodeName)
		}
		c := condition(s.Object, corev1.PodScheduled)
		told := slices.ContainsFunc(wordings, func(w string) bool { return strings.Contains(c.Message, w) })
		return c.Status == corev1.ConditionFalse && c.Reason == corev1.PodReasonUnschedulable && told, nil
	}, podState)
}

// BeTurnedAway holds when the scheduler had a node for the pod, or would have, and says in one of the given wordings that
// it cannot be that one: as a reason of its own or as the end of an attempt.
func BeTurnedAway(wordings []string) types.GomegaMatcher {
	return match(`be Pending, turned away because "`+strings.Join(wordings, `" or "`)+`"`, func(s Pod) (bool, error) {
		if s.Object.Spec.NodeName != "" {
			return false, never("the pod was scheduled to node %s", s.Object.Spec.NodeName)
		}
		c := condition(s.Object, corev1.PodScheduled)
		told := slices.ContainsFunc(wordings, func(w string) bool { return strings.Contains(c.Message, w) })
		return c.Status == corev1.ConditionFalse && told, nil
	}, podState)
}

// BeConsidered holds once the scheduler has given the pod a node, or has said that it fits nowhere.
func BeConsidered() types.GomegaMatcher {
	return match("be considered by the scheduler", func(s Pod) (bool, error) {
		c := condition(s.Object, corev1.PodScheduled)
		return s.Object.Spec.NodeName != "" || c.Status == corev1.ConditionFalse && c.Reason == corev1.PodReasonUnschedulable, nil
	}, podState)
}

// BeOffNodes holds while the pod has no node.
func BeOffNodes() types.GomegaMatcher {
	return match("have no node", func(s Pod) (bool, error) { return s.Object.Spec.NodeName == "", nil }, podState)
}

// BeRefusedMount holds when the kubelet says that it cannot give the pod its volume, for a reason with these words.
// A pod whose containers run was not refused.
func BeRefusedMount(words string) types.GomegaMatcher {
	return match(`be kept from running by the kubelet because of "`+words+`"`, func(s Pod) (bool, error) {
		if s.Object.Status.Phase == corev1.PodRunning {
			return false, never("the pod runs on node %s", s.Object.Spec.NodeName)
		}
		_, told := s.event("FailedMount", words)
		return told, nil
	}, podState)
}

// runs tells whether every container runs and is ready, or that they never will.
func runs(p *corev1.Pod) (bool, error) {
	if err := cannotRun(p); err != nil {
		return false, err
	}
	return p.Status.Phase == corev1.PodRunning && condition(p, corev1.PodReady).Status == corev1.ConditionTrue, nil
}

// cannotRun tells the states that a pod does not leave.
func cannotRun(p *corev1.Pod) error {
	if p.Status.Phase == corev1.PodFailed || p.Status.Phase == corev1.PodSucceeded {
		return never("the pod ended: %s %s %s", p.Status.Phase, p.Status.Reason, p.Status.Message)
	}
	for _, c := range p.Status.ContainerStatuses {
		if w := c.State.Waiting; w != nil && slices.Contains([]string{"ErrImageNeverPull", "InvalidImageName", "ImagePullBackOff", "ErrImagePull"}, w.Reason) {
			return never("image %s cannot be had: %s", c.Image, w.Reason)
		}
	}
	return nil
}

func condition(p *corev1.Pod, kind corev1.PodConditionType) corev1.PodCondition {
	for _, c := range p.Status.Conditions {
		if c.Type == kind {
			return c
		}
	}
	return corev1.PodCondition{}
}

func podState(s Pod) string {
	words := "is " + string(s.Object.Status.Phase)
	if s.Object.Spec.NodeName != "" {
		words += " on node " + s.Object.Spec.NodeName
	}
	if c := condition(s.Object, corev1.PodScheduled); c.Status == corev1.ConditionFalse {
		words += fmt.Sprintf(", %s: %s", c.Reason, c.Message)
	}
	for _, c := range s.Object.Status.ContainerStatuses {
		if c.State.Waiting != nil {
			words += fmt.Sprintf(", container %s waits: %s %s", c.Name, c.State.Waiting.Reason, c.State.Waiting.Message)
		}
	}
	return words
}
