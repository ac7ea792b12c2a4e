package lab

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Ephemeral has the pod bring a claim of its own, of the class, that is to end with it.
func (b *Bench) Ephemeral(class string) PodOption {
	labels := b.labels()
	return func(p *corev1.Pod) {
		n := len(p.Spec.Volumes)
		name := fmt.Sprintf("data-%d", n)
		template := &corev1.PersistentVolumeClaimTemplate{ObjectMeta: metav1.ObjectMeta{Labels: labels}, Spec: b.claim(class).Spec}
		p.Spec.Volumes = append(p.Spec.Volumes, corev1.Volume{Name: name, VolumeSource: corev1.VolumeSource{
			Ephemeral: &corev1.EphemeralVolumeSource{VolumeClaimTemplate: template}}})
		c := &p.Spec.Containers[0]
		c.VolumeMounts = append(c.VolumeMounts, corev1.VolumeMount{Name: name, MountPath: dataDir(n)})
	}
}

// OwnClaim is the first claim that the pod brings.
func (b *Bench) OwnClaim(p *Pod) *Claim {
	name := p.Name() + "-data-0" // <pod>-<volume>
	made := &corev1.PersistentVolumeClaim{ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: b.lab.namespace}}
	return &Claim{&Thing[*corev1.PersistentVolumeClaim]{b: b, key: key{kindClaim, b.lab.namespace, name}, made: made}}
}
