package job

import (
	"bytes"
	"slices"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"sigs.k8s.io/yaml"
)

func options() Options {
	return Options{Namespace: "lab", Image: "mirror/csicert:1", Agent: "mirror/agent:1", Definition: []byte("apiVersion: csicert/v1\n"),
		Hold: time.Hour, Flags: []string{"--label-filter", "level:MUST"}}
}

// objects are the documents of the manifests by kind.
func objects(t *testing.T, text []byte) map[string][]byte {
	found := map[string][]byte{}
	for _, document := range bytes.Split(text, []byte("---\n"))[1:] {
		var typed struct{ Kind string }
		NewWithT(t).Expect(yaml.Unmarshal(document, &typed)).To(Succeed())
		found[typed.Kind] = document
	}
	return found
}

func TestTheJobIsRestrictedAndTellsTheRunAll(t *testing.T) {
	g := NewWithT(t)
	text, err := options().Manifests()
	g.Expect(err).NotTo(HaveOccurred())
	all := objects(t, text)
	var j batchv1.Job
	g.Expect(yaml.UnmarshalStrict(all["Job"], &j)).To(Succeed())
	pod := j.Spec.Template.Spec
	g.Expect(*j.Spec.BackoffLimit).To(BeZero())
	g.Expect(*pod.SecurityContext.RunAsNonRoot).To(BeTrue())
	g.Expect(pod.SecurityContext.SeccompProfile.Type).To(Equal(corev1.SeccompProfileTypeRuntimeDefault))
	c := pod.Containers[0]
	g.Expect(*c.SecurityContext.AllowPrivilegeEscalation).To(BeFalse())
	g.Expect(*c.SecurityContext.ReadOnlyRootFilesystem).To(BeTrue())
	g.Expect(c.SecurityContext.Capabilities.Drop).To(ConsistOf(corev1.Capability("ALL")))
	g.Expect(c.Image).To(Equal("mirror/csicert:1"))
	g.Expect(c.Args[:2]).To(Equal([]string{"job", "run"}))
	for flag, value := range map[string]string{"--agent-image": "mirror/agent:1", "--driver": "/definition/driver.yaml", "--hold": "1h0m0s", "--results": Results, "--label-filter": "level:MUST"} {
		g.Expect(c.Args[slices.Index(c.Args, flag)+1]).To(Equal(value), flag)
	}
	g.Expect(c.Args).NotTo(ContainElement("--allow-disruption"))

	var files corev1.ConfigMap
	g.Expect(yaml.UnmarshalStrict(all["ConfigMap"], &files)).To(Succeed())
	g.Expect(files.Data).To(HaveKeyWithValue("driver.yaml", "apiVersion: csicert/v1\n"))
	var binding rbacv1.ClusterRoleBinding
	g.Expect(yaml.UnmarshalStrict(all["ClusterRoleBinding"], &binding)).To(Succeed())
	g.Expect(binding.Subjects).To(ConsistOf(rbacv1.Subject{Kind: "ServiceAccount", Name: pod.ServiceAccountName, Namespace: "lab"}))
}

func TestWithoutADriverThereIsNoDefinition(t *testing.T) {
	g := NewWithT(t)
	o := options()
	o.Definition = nil
	text, err := o.Manifests()
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(objects(t, text)).To(And(HaveKey("Job"), Not(HaveKey("ConfigMap"))))
	g.Expect(string(text)).NotTo(ContainSubstring("--driver"))
}

func TestNoRightIsForEverythingAndDisruptionIsAskedFor(t *testing.T) {
	g := NewWithT(t)
	patchesNodes := func(r rbacv1.PolicyRule) bool {
		return slices.Contains(r.Resources, "nodes") && slices.Contains(r.Verbs, "patch")
	}
	for _, r := range Rules(true) {
		for _, word := range slices.Concat(r.APIGroups, r.Resources, r.Verbs) {
			g.Expect(word).NotTo(ContainSubstring("*"))
		}
		g.Expect(r.Resources).NotTo(ContainElement("secrets"))
	}
	g.Expect(slices.ContainsFunc(Rules(true), patchesNodes)).To(BeTrue())
	g.Expect(slices.ContainsFunc(Rules(false), patchesNodes)).To(BeFalse())
}

func TestThePluginIsSonobuoys(t *testing.T) {
	g := NewWithT(t)
	o := options()
	o.Disruption = true
	text, err := o.Plugin()
	g.Expect(err).NotTo(HaveOccurred())
	var p plugin
	g.Expect(yaml.UnmarshalStrict(text, &p)).To(Succeed())
	g.Expect(p.Config).To(Equal(pluginConfig{Driver: "Job", Name: "csicert", ResultFormat: "junit"}))
	g.Expect(p.ConfigMap).To(HaveKey("driver.yaml"))
	g.Expect(p.Spec.Args).To(ContainElements("--done", "/tmp/sonobuoy/results/done", "/tmp/sonobuoy/config/driver.yaml", "--allow-disruption"))
	g.Expect(p.Spec.VolumeMounts).To(ConsistOf(corev1.VolumeMount{Name: "results", MountPath: "/tmp/sonobuoy/results"}))
}

func TestBadOptionsAreNamed(t *testing.T) {
	for says, change := range map[string]func(*Options){
		`--image: found ""; accepted: an image reference that every node has or can pull (csicert image harness`: func(o *Options) { o.Image = "" },
		`--agent-image: found "A B"`: func(o *Options) { o.Agent = "A B" },
		`--namespace: found "Lab"`:   func(o *Options) { o.Namespace = "Lab" },
		`--hold: found 0s`:           func(o *Options) { o.Hold = 0 },
	} {
		t.Run(says, func(t *testing.T) {
			o := options()
			NewWithT(t).Expect(o.Check()).To(Succeed())
			change(&o)
			NewWithT(t).Expect(o.Check()).To(MatchError(ContainSubstring(says)))
		})
	}
}
