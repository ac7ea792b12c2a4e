package cluster

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	. "github.com/onsi/gomega"
)

const twoContexts = `apiVersion: v1
kind: Config
contexts:
- {name: lab, context: {cluster: lab, user: me}}
- {name: prod, context: {cluster: prod, user: me}}
current-context: prod
clusters:
- {name: lab, cluster: {server: "https://127.0.0.1:1"}}
- {name: prod, cluster: {server: "https://127.0.0.1:1"}}
users:
- {name: me, user: {}}
`

func TestExistingRefusesWhatTheUserHasToMend(t *testing.T) {
	dir := t.TempDir()
	good, broken := filepath.Join(dir, "good"), filepath.Join(dir, "broken")
	NewWithT(t).Expect(os.WriteFile(good, []byte(twoContexts), 0o600)).To(Succeed())
	NewWithT(t).Expect(os.WriteFile(broken, []byte("{"), 0o600)).To(Succeed())
	for name, c := range map[string]struct{ file, context, says string }{
		"no context":               {good, "", "a run never guesses which cluster"},
		"no kubeconfig":            {"", "lab", "a run never guesses which cluster"},
		"a kubeconfig that is not": {filepath.Join(dir, "none"), "lab", "--kubeconfig: found " + filepath.Join(dir, "none")},
		"a file of another kind":   {broken, "lab", "which is no kubeconfig"},
		"a context that is not":    {good, "labb", `--context: found "labb", which is not in ` + good + `; accepted: one of its contexts: lab, prod`},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			_, err := Existing(t.Context(), c.file, c.context)
			g.Expect(err).To(MatchError(ContainSubstring(c.says)))
			var bad Invalid
			g.Expect(errors.As(err, &bad) && bad.BadInput()).To(BeTrue())
		})
	}
}

func TestExistingReachesTheNamedContextOnly(t *testing.T) {
	g := NewWithT(t)
	good := filepath.Join(t.TempDir(), "good")
	g.Expect(os.WriteFile(good, []byte(twoContexts), 0o600)).To(Succeed())
	_, err := Existing(t.Context(), good, "lab")
	g.Expect(err).To(MatchError(ContainSubstring(`context "lab"`)), "nobody answers at its address, and no other is tried")
	var bad Invalid
	g.Expect(errors.As(err, &bad)).To(BeFalse(), "a cluster that does not answer is no bad input")
}

// The suites' program runs in a folder of its own.
func TestAKubeconfigIsFoundFromEveryFolder(t *testing.T) {
	g := NewWithT(t)
	t.Chdir(t.TempDir())
	here, err := os.Getwd()
	g.Expect(err).NotTo(HaveOccurred())
	c, err := at("mine", "lab")
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(c.Kubeconfig).To(Equal(filepath.Join(here, "mine")))
}

func TestOwnNodesWithoutZonesAreRefused(t *testing.T) {
	g := NewWithT(t)
	c := Cluster{Context: "lab", Nodes: []Node{{Name: "cp"}, {Name: "w1", Worker: true, Zone: "a"}, {Name: "w2", Worker: true}}}
	g.Expect(c.zoned()).To(MatchError(`--context: found "lab", whose nodes w2 have no label topology.kubernetes.io/zone; accepted: a cluster whose workers all carry their zone`))
	g.Expect(c.usable()).To(Succeed(), "a cluster of the user's may have none")
	c.Nodes[2].Zone = "b"
	g.Expect(c.zoned()).To(Succeed())
	c.Nodes = c.Nodes[:1]
	g.Expect(c.zoned()).To(MatchError(ContainSubstring("none of whose 1 nodes takes pods")))
	g.Expect(c.usable()).To(MatchError(ContainSubstring("none of whose 1 nodes takes pods")))
}
