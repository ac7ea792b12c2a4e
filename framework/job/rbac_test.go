package job

import (
	"os"
	"slices"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
	rbacv1 "k8s.io/api/rbac/v1"
)

// allowed tells whether one of the rules gives the right.
func allowed(rules []rbacv1.PolicyRule, group, resource, verb string) bool {
	return slices.ContainsFunc(rules, func(r rbacv1.PolicyRule) bool {
		return slices.Contains(r.APIGroups, group) && slices.Contains(r.Resources, resource) && slices.Contains(r.Verbs, verb)
	})
}

// testdata/used.txt holds what an API server's audit log said of runs of every requirement, with and without disruption, on a cluster of the
// user's: group, resource, verb; and the logs that the evidence of a failure reads.
func TestRightsAreThoseThatRunsUsed(t *testing.T) {
	g := NewWithT(t)
	raw, err := os.ReadFile("testdata/used.txt")
	g.Expect(err).NotTo(HaveOccurred())
	lines := strings.Split(strings.TrimSpace(string(raw)), "\n")
	g.Expect(len(lines)).To(BeNumerically(">", 40))
	for _, line := range lines {
		f := strings.Fields(line)
		g.Expect(allowed(Rules(true), strings.Trim(f[0], `"`), f[1], f[2])).To(BeTrue(), line)
	}
	for _, r := range Rules(true) {
		for _, resource := range r.Resources {
			needed := func(line string) bool { return strings.Contains(line, " "+resource+" ") }
			g.Expect(slices.ContainsFunc(lines, needed)).To(BeTrue(), "nobody used "+resource)
		}
	}
}
