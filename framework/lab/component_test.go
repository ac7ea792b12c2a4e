package lab

import (
	"strings"
	"testing"

	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"csicert/framework/catalogue"
)

// podOf is a pod of an owner's with containers of these images, named like them.
func podOf(owner string, images ...string) *corev1.Pod {
	p := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "csi", OwnerReferences: []metav1.OwnerReference{{Kind: owner}}}}
	for _, image := range images {
		p.Spec.Containers = append(p.Spec.Containers, corev1.Container{Name: "c", Image: image})
	}
	return p
}

func registering(p *corev1.Pod, arg string) *corev1.Pod {
	p.Spec.Containers[0].Args = []string{"node", arg}
	return p
}

func TestAKeeperThatNeverStartedMadeNothing(t *testing.T) {
	g := NewWithT(t)
	waiting := corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "ImagePullBackOff"}}
	pod := func(s ...corev1.ContainerStatus) corev1.Pod {
		return corev1.Pod{Status: corev1.PodStatus{ContainerStatuses: s}}
	}
	g.Expect(neverStarted(pod())).To(BeTrue())
	g.Expect(neverStarted(pod(corev1.ContainerStatus{State: waiting}))).To(BeTrue())
	g.Expect(neverStarted(pod(corev1.ContainerStatus{State: waiting, RestartCount: 1}))).To(BeFalse(), "it ran before")
	g.Expect(neverStarted(pod(corev1.ContainerStatus{State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{}}}))).To(BeFalse())
}

func TestComponentsAreToldApart(t *testing.T) {
	hosting := podOf("DaemonSet", "example.com/driver:v1")
	hosting.Spec.Volumes = []corev1.Volume{{VolumeSource: corev1.VolumeSource{HostPath: &corev1.HostPathVolumeSource{Path: "/var/lib/kubelet/plugins_registry/"}}}}
	byEnv := podOf("DaemonSet", "driver")
	byEnv.Spec.Containers[0].Env = []corev1.EnvVar{{Name: "DIR", Value: "/var/lib/kubelet/plugins_registry"}}
	system := podOf("ReplicaSet", "coredns")
	system.Namespace = metav1.NamespaceSystem
	labelled := podOf("ReplicaSet", "controller")
	labelled.Labels = map[string]string{"app.kubernetes.io/name": snapshotController}
	for name, c := range map[string]struct {
		pod                                       *corev1.Pod
		controls, registers, serves, forSnapshots bool
	}{
		"controller":                    {pod: podOf("ReplicaSet", "driver:v1", "registry.example/sig-storage/csi-provisioner:v6.4.0"), controls: true, serves: true},
		"controller, by digest":         {pod: podOf("StatefulSet", "mirror/sig-storage-csi-attacher@sha256:"+strings.Repeat("0", 64)), controls: true, serves: true},
		"server":                        {pod: podOf("ReplicaSet", "filer:v1"), serves: true},
		"node plugin, by its argument":  {pod: registering(podOf("DaemonSet", "driver"), "--registration-dir=/var/lib/kubelet/plugins_registry"), registers: true},
		"node plugin, by its volume":    {pod: hosting, registers: true},
		"node plugin, by a variable":    {pod: byEnv, registers: true},
		"both in one":                   {pod: registering(podOf("StatefulSet", "hostpathplugin", "csi-provisioner:v1"), "plugins_registry"), controls: true, registers: true},
		"helper of the nodes":           {pod: registering(podOf("DaemonSet", "mounter"), "--socket=/var/lib/kubelet/plugins/driver/mounter.sock")},
		"what the cluster needs":        {pod: system},
		"snapshot controller":           {pod: podOf("ReplicaSet", "registry.example/sig-storage/snapshot-controller:v8"), forSnapshots: true},
		"snapshot controller, labelled": {pod: labelled, forSnapshots: true},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			g.Expect(controls(c.pod)).To(Equal(c.controls), "controls")
			g.Expect(registers(c.pod)).To(Equal(c.registers), "registers")
			g.Expect(serves(c.pod)).To(Equal(c.serves), "serves")
			g.Expect(controlsSnapshots(c.pod)).To(Equal(c.forSnapshots), "snapshot controller")
		})
	}
}

func TestKeepersHavePrivilegesOnlyWhereTheRunMayDisrupt(t *testing.T) {
	g := NewWithT(t)
	plain := keepers(Config{}, nil).Spec.Template.Spec
	g.Expect(plain.HostPID).To(BeFalse())
	g.Expect(plain.Containers[0].SecurityContext.Privileged).To(BeNil())
	g.Expect(plain.Tolerations).To(BeEmpty())

	strong := keepers(Config{Capabilities: []catalogue.Capability{catalogue.Disruption}}, nil).Spec.Template.Spec
	g.Expect(strong.HostPID).To(BeTrue())
	g.Expect(strong.Containers[0].SecurityContext.Privileged).To(HaveValue(BeTrue()))
	g.Expect(strong.Tolerations).To(HaveEach(HaveField("Effect", corev1.TaintEffectNoSchedule)), "no more than a controller tolerates")
}
