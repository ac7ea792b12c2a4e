package kubeconfig

import (
	"os"
	"path/filepath"
	"testing"

	. "github.com/onsi/gomega"
)

const two = `apiVersion: v1
kind: Config
current-context: one
clusters:
- {name: first, cluster: {server: "https://first.invalid"}}
- {name: second, cluster: {server: "https://second.invalid"}}
contexts:
- {name: one, context: {cluster: first, user: nobody}}
- {name: two, context: {cluster: second, user: nobody}}
users:
- {name: nobody, user: {token: none}}
`

func TestExactlyTheContextThatWasNamed(t *testing.T) {
	g := NewWithT(t)
	file := filepath.Join(t.TempDir(), "config")
	g.Expect(os.WriteFile(file, []byte(two), 0o600)).To(Succeed())
	t.Setenv("KUBECONFIG", filepath.Join(t.TempDir(), "none")) // which decides nothing
	cfg, err := REST(file, "two")
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(cfg.Host).To(Equal("https://second.invalid"))
	g.Expect(cfg.QPS).To(BeNumerically("<", 0))

	_, err = REST(file, "")
	g.Expect(err).To(MatchError(errUnnamed))
	_, err = REST(file, "three")
	g.Expect(err).To(MatchError(And(ContainSubstring("three"), ContainSubstring(file))))
	_, err = REST(file+"-missing", "one")
	g.Expect(err).To(MatchError(ContainSubstring(file + "-missing")))
}
