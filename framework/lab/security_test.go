package lab

import (
	"testing"

	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
)

// The standard's own words: restricted pods must not be root, must drop all capabilities and must not use the host's network.
func TestRestrictedPodsAreNotRoot(t *testing.T) {
	g := NewWithT(t)
	cfg := Config{PodSecurity: Restricted}
	g.Expect(cfg.level()).To(Equal("restricted"))
	p := agentPodSpec(cfg)
	g.Expect(p.HostNetwork).To(BeFalse())
	g.Expect(p.SecurityContext.RunAsNonRoot).To(HaveValue(BeTrue()))
	g.Expect(p.SecurityContext.FSGroup).To(HaveValue(BeNumerically(">", 0)), "else the root of a new volume cannot be written to")
	g.Expect(p.SecurityContext.FSGroupChangePolicy).To(HaveValue(Equal(corev1.FSGroupChangeOnRootMismatch)))
	g.Expect(p.Containers[0].SecurityContext.Capabilities).To(Equal(&corev1.Capabilities{Drop: []corev1.Capability{"ALL"}}))
	g.Expect(p.Containers[0].SecurityContext.AllowPrivilegeEscalation).To(HaveValue(BeFalse()))
}

func TestBaselinePodsAreRootOverFilesOnly(t *testing.T) {
	g := NewWithT(t)
	for level, cfg := range map[string]Config{"baseline": {}, "privileged": {HostNetwork: true, PodSecurity: Baseline}} {
		g.Expect(cfg.level()).To(Equal(level))
		p := agentPodSpec(cfg)
		g.Expect(p.SecurityContext.RunAsUser).To(BeNil())
		g.Expect(p.Containers[0].SecurityContext.Capabilities.Add).To(ConsistOf(corev1.Capability("CHOWN"), corev1.Capability("DAC_OVERRIDE"), corev1.Capability("FOWNER"), corev1.Capability("FSETID")))
	}
}
