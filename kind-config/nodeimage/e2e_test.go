package nodeimage

import (
	"testing"

	. "github.com/onsi/gomega"
)

func TestTheSuiteIsOfTheNodesKubernetes(t *testing.T) {
	g := NewWithT(t)
	version := func(name string) (v string, packages []string) {
		m, err := readModule(componentDir("../..", name), component{name: name, module: kubernetesModule}, "go")
		g.Expect(err).NotTo(HaveOccurred())
		return m.version, m.packages
	}
	node, _ := version("kubernetes")
	suite, programs := version("e2e")
	g.Expect(suite).To(Equal(node), "the pins of components/kubernetes and components/e2e")
	g.Expect(programs).To(ConsistOf("github.com/onsi/ginkgo/v2/ginkgo", "k8s.io/kubernetes/cmd/kubectl", "k8s.io/kubernetes/test/images/agnhost"))
}
