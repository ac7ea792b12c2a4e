package lab

import (
	"context"
	"fmt"

	"github.com/onsi/ginkgo/v2"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
)

// Set is a StatefulSet on the bench: its pods and their claims, which a controller creates.
type Set struct {
	Pods   []*Pod
	Claims []*Claim
}

// Togetherness says where the pods of a set may run relative to each other.
type Togetherness int

const (
	Spread   Togetherness = iota // no two on one node: required anti-affinity by host name
	Together                     // all on one node: required affinity by host name
)

// Set creates a StatefulSet whose claims are of the class. Its pods are created in parallel, which is the harder
// case for binding.
func (b *Bench) Set(ctx context.Context, replicas int, class string, how Togetherness) *Set {
	ginkgo.GinkgoHelper()
	return b.set(ctx, replicas, class, how, corev1.LabelHostname)
}

// SetOver is Set with its pods in different values of a node label, such as a zone each.
func (b *Bench) SetOver(ctx context.Context, label string, replicas int, class string) *Set {
	ginkgo.GinkgoHelper()
	return b.set(ctx, replicas, class, Spread, label)
}

func (b *Bench) set(ctx context.Context, replicas int, class string, how Togetherness, label string) *Set {
	ginkgo.GinkgoHelper()
	name := b.name("set")
	labels := b.labels()
	labels["app"] = name
	pod := agentPodSpec(b.lab.cfg)
	pod.Affinity = near(name, how, label)
	pod.Containers[0].VolumeMounts = []corev1.VolumeMount{{Name: "data", MountPath: dataDir(0)}}
	template := b.claim(class)
	template.ObjectMeta = metav1.ObjectMeta{Name: "data", Labels: labels}
	set := &Set{}
	for i := range replicas {
		podName := fmt.Sprintf("%s-%d", name, i)
		set.Pods = append(set.Pods, b.podNamed(podName, &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: podName, Namespace: b.lab.namespace}}))
		claimName := "data-" + podName
		made := &corev1.PersistentVolumeClaim{ObjectMeta: metav1.ObjectMeta{Name: claimName, Namespace: b.lab.namespace}}
		set.Claims = append(set.Claims, &Claim{&Thing[*corev1.PersistentVolumeClaim]{b: b, key: key{kindClaim, b.lab.namespace, claimName}, made: made}})
		b.undo = append(b.undo, b.removal("claim", made), b.removal("pod", set.Pods[i].made))
	}
	b.create(ctx, "set", &appsv1.StatefulSet{
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: b.lab.namespace},
		Spec: appsv1.StatefulSetSpec{
			Replicas: ptr.To(int32(replicas)), ServiceName: name, PodManagementPolicy: appsv1.ParallelPodManagement,
			Selector:             &metav1.LabelSelector{MatchLabels: map[string]string{"app": name}},
			Template:             corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: labels}, Spec: pod},
			VolumeClaimTemplates: []corev1.PersistentVolumeClaim{*template},
		},
	})
	return set
}

// near keeps the pods of an app together in one value of the node label, or each in another.
func near(app string, how Togetherness, label string) *corev1.Affinity {
	term := []corev1.PodAffinityTerm{{
		LabelSelector: &metav1.LabelSelector{MatchLabels: map[string]string{"app": app}}, TopologyKey: label}}
	if how == Together {
		return &corev1.Affinity{PodAffinity: &corev1.PodAffinity{RequiredDuringSchedulingIgnoredDuringExecution: term}}
	}
	return &corev1.Affinity{PodAntiAffinity: &corev1.PodAntiAffinity{RequiredDuringSchedulingIgnoredDuringExecution: term}}
}
