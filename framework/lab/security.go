package lab

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"
)

// PodSecurity is a level of Kubernetes' Pod Security standards
// (https://kubernetes.io/docs/concepts/security/pod-security-standards/).
type PodSecurity string

const (
	// Baseline has workloads be root, with the rights over files only: what applications write has owners and modes, and the
	// root of a new volume is root's.
	Baseline PodSecurity = "baseline"
	// Restricted has them be nobody in particular, whose group the kubelet gives the volumes to.
	Restricted PodSecurity = "restricted"
)

// nonroot is the user and the group of restricted workloads.
const nonroot = 65532

// level is what the namespaces of the workloads enforce.
func (c Config) level() string {
	switch {
	case c.PodSecurity == Restricted:
		return string(Restricted)
	case c.HostNetwork:
		return "privileged"
	}
	return string(Baseline)
}

// secure has the pod fit its level.
func secure(p *corev1.PodSpec, level PodSecurity) {
	rights := &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}}
	p.SecurityContext = &corev1.PodSecurityContext{SeccompProfile: &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault}}
	if level == Restricted {
		p.SecurityContext.RunAsNonRoot = ptr.To(true)
		p.SecurityContext.RunAsUser, p.SecurityContext.RunAsGroup, p.SecurityContext.FSGroup = ptr.To[int64](nonroot), ptr.To[int64](nonroot), ptr.To[int64](nonroot)
		p.SecurityContext.FSGroupChangePolicy = ptr.To(corev1.FSGroupChangeOnRootMismatch) // else the kubelet changes the files that are judged
	} else {
		rights.Add = []corev1.Capability{"CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID"}
	}
	for i := range p.Containers {
		p.Containers[i].SecurityContext = &corev1.SecurityContext{AllowPrivilegeEscalation: ptr.To(false), Capabilities: rights}
	}
}
