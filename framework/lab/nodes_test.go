package lab

import (
	"testing"

	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes/fake"

	"csicert/framework/catalogue"
)

func nodeIn(name, zone string, change ...func(*corev1.Node)) *corev1.Node {
	n := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{corev1.LabelOSStable: "linux", corev1.LabelTopologyZone: zone}}}
	n.Status.Conditions = []corev1.NodeCondition{{Type: corev1.NodeReady, Status: corev1.ConditionTrue}}
	for _, c := range change {
		c(n)
	}
	return n
}

func TestWorkersOfAMixedCluster(t *testing.T) {
	g := NewWithT(t)
	taint := func(effect corev1.TaintEffect) func(*corev1.Node) {
		return func(n *corev1.Node) {
			n.Spec.Taints = []corev1.Taint{{Key: "node-role.kubernetes.io/control-plane", Effect: effect}}
		}
	}
	set := fake.NewClientset(
		nodeIn("control-plane", "a", taint(corev1.TaintEffectNoSchedule)),
		nodeIn("evicting", "b", taint(corev1.TaintEffectNoExecute)),
		nodeIn("preferred", "a", taint(corev1.TaintEffectPreferNoSchedule)),
		nodeIn("cordoned", "b", func(n *corev1.Node) { n.Spec.Unschedulable = true }),
		nodeIn("lost", "b", func(n *corev1.Node) { n.Status.Conditions[0].Status = corev1.ConditionUnknown }),
		nodeIn("windows", "b", func(n *corev1.Node) { n.Labels[corev1.LabelOSStable] = "windows" }),
		nodeIn("plain", "a"),
	)
	workers, err := Workers(t.Context(), set)
	g.Expect(err).NotTo(HaveOccurred())
	var names []string
	for _, w := range workers {
		names = append(names, w.Name)
	}
	g.Expect(names).To(Equal([]string{"plain", "preferred"}))
	g.Expect(Capabilities(workers)).To(ConsistOf(catalogue.LocalVolumes, catalogue.TwoNodes), "zone b has no worker: one segment")
}

func TestPodsOfAMixedClusterAskForLinux(t *testing.T) {
	g := NewWithT(t)
	pod := &corev1.Pod{Spec: agentPodSpec(Config{})}
	OnlyWhere("rack", "r1")(pod)
	g.Expect(pod.Spec.NodeSelector).To(Equal(map[string]string{corev1.LabelOSStable: "linux", "rack": "r1"}))
}

func TestComingWorkersAreThoseThatOnlyHaveToGetReady(t *testing.T) {
	g := NewWithT(t)
	starting := func(n *corev1.Node) {
		n.Spec.Taints = append(n.Spec.Taints, corev1.Taint{Key: corev1.TaintNodeNotReady, Effect: corev1.TaintEffectNoSchedule})
		n.Status.Conditions = []corev1.NodeCondition{{Type: corev1.NodeReady, Status: corev1.ConditionFalse}}
	}
	kept := func(n *corev1.Node) {
		n.Spec.Taints = append(n.Spec.Taints, corev1.Taint{Key: "node-role.kubernetes.io/control-plane", Effect: corev1.TaintEffectNoSchedule})
	}
	set := fake.NewClientset(nodeIn("a-1", "a", starting), nodeIn("a-2", "a"), nodeIn("cp", "", starting, kept))
	names := func(nodes []Node, err error) []string {
		g.Expect(err).NotTo(HaveOccurred())
		var all []string
		for _, n := range nodes {
			all = append(all, n.Name)
		}
		return all
	}
	g.Expect(names(ComingWorkers(t.Context(), set))).To(Equal([]string{"a-1", "a-2"}))
	g.Expect(names(Workers(t.Context(), set))).To(Equal([]string{"a-2"}))
}
