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

// SetOver is Set with its pods in different values of a node label, such as a zone each.
func (b *Bench) SetOver(ctx context.Context, key string, replicas int, class string) *Set {
	ginkgo.GinkgoHelper()
	name := b.name("set")
	labels := b.labels()
	labels["app"] = name
	pod := agentPodSpec(b.lab.cfg.AgentImage)
	pod.Affinity = near(name, Spread)
	pod.Affinity.PodAntiAffinity.RequiredDuringSchedulingIgnoredDuringExecution[0].TopologyKey = key
	pod.Containers[0].VolumeMounts = []corev1.VolumeMount{{Name: "data", MountPath: dataDir(0)}}
	template := claim(class)
	template.ObjectMeta = metav1.ObjectMeta{Name: "data", Labels: labels}
	set := &Set{}
	for i := range replicas {
		set.Pods = append(set.Pods, b.podNamed(fmt.Sprintf("%s-%d", name, i), &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("%s-%d", name, i), Namespace: b.lab.namespace}}))
		made := &corev1.PersistentVolumeClaim{ObjectMeta: metav1.ObjectMeta{Name: "data-" + set.Pods[i].Name(), Namespace: b.lab.namespace}}
		set.Claims = append(set.Claims, &Claim{&Thing[*corev1.PersistentVolumeClaim]{b: b, key: keyOf(kindClaim, made), made: made}})
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
