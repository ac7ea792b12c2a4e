package lab

import (
	"context"
	"fmt"

	"github.com/onsi/ginkgo/v2"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"csicert/framework/agent"
)

// Pod is a pod on the bench: the agent, holding what it mounts.
type Pod struct{ *Thing[*corev1.Pod] }

// PodOption changes a pod before it is created.
type PodOption func(*corev1.Pod)

// Using mounts the claims, the first at /data/0, the next at /data/1.
func Using(claims ...*Claim) PodOption {
	return func(p *corev1.Pod) {
		for _, c := range claims {
			mount(p, c.Name(), false)
		}
	}
}

// Reading mounts the claim read-only.
func Reading(c *Claim) PodOption { return func(p *corev1.Pod) { mount(p, c.Name(), true) } }

// WithGroup has the pod own its volumes' files by that group (fsGroup).
func WithGroup(gid int64) PodOption {
	return func(p *corev1.Pod) { p.Spec.SecurityContext.FSGroup = ptr.To(gid) }
}

// OnlyOn lets the scheduler choose among these nodes only, by required node affinity on the host name.
func OnlyOn(nodes ...Node) PodOption {
	return func(p *corev1.Pod) {
		var hosts []string
		for _, n := range nodes {
			hosts = append(hosts, n.Host)
		}
		p.Spec.Affinity = &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{RequiredDuringSchedulingIgnoredDuringExecution: &corev1.NodeSelector{
			NodeSelectorTerms: []corev1.NodeSelectorTerm{{MatchExpressions: []corev1.NodeSelectorRequirement{
				{Key: corev1.LabelHostname, Operator: corev1.NodeSelectorOpIn, Values: hosts}}}}}}}
	}
}

// OnlyWhere lets the scheduler choose among the nodes with the label only, by nodeSelector.
func OnlyWhere(label, value string) PodOption {
	return func(p *corev1.Pod) { p.Spec.NodeSelector[label] = value }
}

// ForcedTo gives the pod its node without asking the scheduler.
func ForcedTo(n Node) PodOption { return func(p *corev1.Pod) { p.Spec.NodeName = n.Name } }

// Requesting has the pod ask for thousandths of a core.
func Requesting(milliCPU int64) PodOption {
	return func(p *corev1.Pod) {
		p.Spec.Containers[0].Resources.Requests = corev1.ResourceList{corev1.ResourceCPU: *resource.NewMilliQuantity(milliCPU, resource.DecimalSI)}
	}
}

// Pod creates a pod. It does not wait: where it must run, or why it must not, is the spec's to say.
func (b *Bench) Pod(ctx context.Context, options ...PodOption) *Pod {
	ginkgo.GinkgoHelper()
	pod := b.plannedPod(options...)
	b.create(ctx, "pod", pod.made)
	return pod
}

// plannedPod has a name, and is yet to be created.
func (b *Bench) plannedPod(options ...PodOption) *Pod {
	pod := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: b.name("pod"), Namespace: b.lab.namespace},
		Spec:       agentPodSpec(b.lab.cfg),
	}
	for _, o := range options {
		o(pod)
	}
	return b.podNamed(pod.Name, pod)
}

func (b *Bench) podNamed(name string, made *corev1.Pod) *Pod {
	return &Pod{&Thing[*corev1.Pod]{b: b, key: key{kindPod, b.lab.namespace, name}, made: made}}
}

// agentPodSpec is a pod that holds still until it is told to end, and ends at once. It fits the run's level of Pod Security.
func agentPodSpec(cfg Config) corev1.PodSpec {
	spec := corev1.PodSpec{
		AutomountServiceAccountToken:  ptr.To(false),
		EnableServiceLinks:            ptr.To(false),
		HostNetwork:                   cfg.HostNetwork,
		NodeSelector:                  map[string]string{corev1.LabelOSStable: string(corev1.Linux)}, // clusters may be mixed
		TerminationGracePeriodSeconds: ptr.To[int64](5),
		Containers: []corev1.Container{{
			Name: agentContainer, Image: cfg.AgentImage, ImagePullPolicy: corev1.PullIfNotPresent,
			Command: []string{agentPath}, Args: agent.Hold{}.Args(),
		}},
	}
	secure(&spec, cfg.PodSecurity)
	return spec
}

func mount(p *corev1.Pod, claim string, readOnly bool) {
	name := fmt.Sprintf("data-%d", len(p.Spec.Volumes))
	p.Spec.Volumes = append(p.Spec.Volumes, corev1.Volume{Name: name, VolumeSource: corev1.VolumeSource{
		PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: claim, ReadOnly: readOnly}}})
	c := &p.Spec.Containers[0]
	c.VolumeMounts = append(c.VolumeMounts, corev1.VolumeMount{Name: name, MountPath: dataDir(len(p.Spec.Volumes) - 1), ReadOnly: readOnly})
}

// dataDir is where a pod has its n-th claim.
func dataDir(n int) string { return fmt.Sprintf("/data/%d", n) }
