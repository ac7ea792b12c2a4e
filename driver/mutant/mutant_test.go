package mutant

import (
	"regexp"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
	admissionv1 "k8s.io/api/admissionregistration/v1"
)

var somewhere = Places{Hosts: map[string]string{"a-1": "b-1", "b-1": "a-1"}, Zones: map[string]string{"a": "b", "b": "a"}}

// TestEveryMutantTouchesOnlyItsOwnObjects is what lets defective and honest specs share a cluster.
func TestEveryMutantTouchesOnlyItsOwnObjects(t *testing.T) {
	all, err := All()
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	NewWithT(t).Expect(len(all)).To(BeNumerically(">", 25))
	for _, m := range all {
		if m.Kind != KindManifest {
			continue
		}
		t.Run(m.Name, func(t *testing.T) {
			g := NewWithT(t)
			objects, err := Objects(m.Name, somewhere)
			g.Expect(err).NotTo(HaveOccurred())
			policy, binding := objects.Policy, objects.Binding
			g.Expect([]string{policy.Kind, policy.APIVersion}).To(Equal([]string{"MutatingAdmissionPolicy", "admissionregistration.k8s.io/v1"}))
			g.Expect([]string{binding.Kind, binding.APIVersion}).To(Equal([]string{"MutatingAdmissionPolicyBinding", "admissionregistration.k8s.io/v1"}))
			g.Expect([]string{policy.Name, binding.Name, binding.Spec.PolicyName}).To(HaveEach(m.Name))
			g.Expect(policy.Spec.FailurePolicy).To(HaveValue(Equal(admissionv1.Fail)), "a mutant that cannot be applied must not pass for an honest object")

			match := policy.Spec.MatchConstraints
			g.Expect(match.ObjectSelector.MatchLabels).To(Equal(map[string]string{Label: m.Name}))
			g.Expect(match.ObjectSelector.MatchExpressions).To(BeEmpty())
			g.Expect(match.ResourceRules).To(HaveLen(1))
			rule := match.ResourceRules[0]
			g.Expect(rule.Resources).To(HaveLen(1))
			g.Expect(append(append(rule.APIGroups, rule.APIVersions...), rule.Resources...)).NotTo(ContainElement(ContainSubstring("*")))
			g.Expect(rule.Operations).To(ContainElement(admissionv1.Create), "what is never created cannot be probed")
			g.Expect(policy.Spec.Mutations).To(HaveLen(1))
			g.Expect(binding.Spec.MatchResources).To(BeNil())
		})
	}
}

func TestEveryMutantSaysWhatIsWrong(t *testing.T) {
	all, err := All()
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	sentence := regexp.MustCompile(`^[a-z].*[a-z0-9]$`)
	for _, m := range all {
		NewWithT(t).Expect(m.Wrong).To(MatchRegexp(sentence.String()), m.Name)
		NewWithT(t).Expect(len(strings.Fields(m.Wrong))).To(BeNumerically(">", 4), m.Name)
		NewWithT(t).Expect(m.Name).To(MatchRegexp(`^[a-z]+(-[a-z]+)*$`))
	}
}

func TestTheClusterIsToldToTheMutant(t *testing.T) {
	g := NewWithT(t)
	m, err := Objects("affinity-next-node", somewhere)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(m.Policy.Spec.Variables[0].Expression).To(Equal(`{"a-1": "b-1", "b-1": "a-1"}`))
	m, err = Objects("affinity-next-zone", somewhere)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(m.Policy.Spec.Variables[0].Expression).To(Equal(`{"a": "b", "b": "a"}`))
}

func TestUnknownNames(t *testing.T) {
	for _, name := range []string{"", "unheard-of", "../mutant", "manifest/class-delayed"} {
		_, err := Objects(name, somewhere)
		NewWithT(t).Expect(err).To(Equal(Unknown(name)))
		NewWithT(t).Expect(err.Error()).To(ContainSubstring("accepted are the names that mutant.All lists"))
		NewWithT(t).Expect(Unknown(name).BadInput()).To(BeTrue())
	}
}

func TestWhatIsNoMutantIsRefused(t *testing.T) {
	const policy = "kind: MutatingAdmissionPolicy\nspec: {failurePolicy: Fail}\n"
	for text, message := range map[string]string{
		policy: "too few documents",
		policy + "---\nkind: MutatingAdmissionPolicyBinding\n---\nkind: Pod\n": "a third document",
		"kind: MutatingAdmissionPolicy\nspec: {failPolicy: Fail}\n":            "failPolicy",
	} {
		_, err := decode("wrong", strings.NewReader(text))
		NewWithT(t).Expect(err).To(MatchError(ContainSubstring(message)))
	}
}
