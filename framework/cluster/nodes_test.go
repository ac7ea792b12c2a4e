package cluster

import (
	"testing"

	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
)

func TestUsableSaysWhyNot(t *testing.T) {
	ready := corev1.NodeCondition{Type: corev1.NodeReady, Status: corev1.ConditionTrue}
	node := func(change func(*corev1.Node)) *corev1.Node {
		n := &corev1.Node{Status: corev1.NodeStatus{Conditions: []corev1.NodeCondition{ready}}}
		change(n)
		return n
	}
	for want, n := range map[string]*corev1.Node{
		"":         node(func(*corev1.Node) {}),
		"cordoned": node(func(n *corev1.Node) { n.Spec.Unschedulable = true }),
		"tainted a=b:NoSchedule": node(func(n *corev1.Node) {
			n.Spec.Taints = []corev1.Taint{{Key: "a", Value: "b", Effect: corev1.TaintEffectNoSchedule}}
		}),
		"not Ready: CNI is absent": node(func(n *corev1.Node) {
			n.Status.Conditions[0] = corev1.NodeCondition{Type: corev1.NodeReady, Status: corev1.ConditionFalse, Message: "CNI is absent"}
		}),
		"runs windows":             node(func(n *corev1.Node) { n.Labels = map[string]string{corev1.LabelOSStable: "windows"} }),
		"not Ready: it never said": node(func(n *corev1.Node) { n.Status.Conditions = nil }),
	} {
		NewWithT(t).Expect(usable(n)).To(Equal(want))
	}
	preferred := node(func(n *corev1.Node) {
		n.Spec.Taints = []corev1.Taint{{Key: "a", Effect: corev1.TaintEffectPreferNoSchedule}}
	})
	NewWithT(t).Expect(usable(preferred)).To(BeEmpty())
}
