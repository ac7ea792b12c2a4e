package nodeimage

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"testing"

	. "github.com/onsi/gomega"
)

const checkout = "../.."

func pinsOf(t *testing.T) pins {
	t.Helper()
	p, err := readPins(t.Context(), checkout, "", &runner{log: io.Discard})
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	return p
}

func TestPinsNameEveryProgram(t *testing.T) {
	g := NewWithT(t)
	p := pinsOf(t)
	g.Expect(p.kubernetes()).To(MatchRegexp(`^v1\.\d+\.\d+$`))
	g.Expect(p.ref()).To(MatchRegexp(`^csicert/node:v1\.\d+\.\d+-[0-9a-f]{12}$`))
	g.Expect(p.kind.Dir).To(BeADirectory())
	built := map[string]bool{"pause/pause": true}
	for _, m := range p.modules {
		g.Expect(m.sum).To(HavePrefix("h1:"), m.name)
		for _, pkg := range m.packages {
			binary := filepath.Base(pkg)
			if renamed, ok := m.rename["server"]; ok && binary == "v3" {
				binary = renamed
			}
			built[m.name+"/"+binary] = true
		}
		for binary := range m.node {
			g.Expect(built).To(HaveKey(m.name+"/"+binary), "what goes onto the node must be built")
		}
	}
	for name, program := range programs() {
		g.Expect(built).To(HaveKey(program.component+"/"+program.binary), "the image %s needs it", name)
	}
}

func TestOlderVersionsShareAllButKubernetes(t *testing.T) {
	g := NewWithT(t)
	minors, err := Minors(checkout)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(minors).NotTo(BeEmpty())
	current := pinsOf(t)
	for _, minor := range minors {
		p, err := readPins(t.Context(), checkout, minor, &runner{log: io.Discard})
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(p.kubernetes()).To(HavePrefix("v" + minor + "."))
		g.Expect(p.base).To(Equal(current.base))
		for i, m := range p.modules {
			if m.module != kubernetesModule {
				g.Expect(m.key).To(Equal(current.modules[i].key))
			}
			g.Expect(len(m.packages)).To(Equal(len(current.modules[i].packages)))
		}
		b := builder{Options: Options{Kubernetes: minor}, pins: p, cache: cache{"/c"}}
		g.Expect(b.built("kubernetes")).To(ContainSubstring("kubernetes-"+minor+"-"), "the control plane's programs are of that version")
		g.Expect(b.sameMinor(p.kubernetes())).To(BeTrue())
		g.Expect(b.sameMinor(current.kubernetes())).To(BeFalse(), "an image of another version is not old")
	}
}

func TestModuleKeyCoversItsInputs(t *testing.T) {
	g := NewWithT(t)
	from, to := componentDir(checkout, "etcd"), t.TempDir()
	c := components("")[1]
	g.Expect(c.name).To(Equal("etcd"))
	for _, name := range []string{"go.mod", "go.sum"} {
		content, err := os.ReadFile(filepath.Join(from, name))
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(os.WriteFile(filepath.Join(to, name), content, privateFile)).To(Succeed())
	}
	first, err := readModule(to, c, "go1.26.8")
	g.Expect(err).NotTo(HaveOccurred())
	second, err := readModule(from, c, "go1.26.8")
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(second.key).To(Equal(first.key), "the folder's own name is no input")
	other, err := readModule(to, c, "go1.26.9")
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(other.key).NotTo(Equal(first.key), "the Go version is an input")
	for _, name := range []string{"go.mod", "go.sum"} {
		file, err := os.OpenFile(filepath.Join(to, name), os.O_APPEND|os.O_WRONLY, 0)
		g.Expect(err).NotTo(HaveOccurred())
		_, err = file.WriteString("\n")
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(file.Close()).To(Succeed())
		changed, err := readModule(to, c, "go1.26.8")
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(changed.key).NotTo(Equal(first.key), name+" is an input")
		first = changed
	}
}

func TestHashKeepsPartsApart(t *testing.T) {
	g := NewWithT(t)
	g.Expect(hash("ab", "c")).NotTo(Equal(hash("a", "bc")))
	g.Expect(hash("ab", "c")).To(HaveLen(keyLength))
}

func TestRuntimeSpecAddsTheHookAndDropsLimits(t *testing.T) {
	g := NewWithT(t)
	made, err := runtimeSpec([]byte(`{"process":{"rlimits":[1],"cwd":"/"},"hooks":{"createContainer":[{"path":"/one"}]}}`))
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(made).To(MatchJSON(`{"process":{"cwd":"/"},
		"hooks":{"createContainer":[{"path":"/one"},{"path":"/kind/bin/mount-product-files.sh"}]}}`))
	made, err = runtimeSpec([]byte(`{"process":{}}`))
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(made).To(MatchJSON(`{"process":{},"hooks":{"createContainer":[{"path":"/kind/bin/mount-product-files.sh"}]}}`))
	_, err = runtimeSpec([]byte(`{}`))
	g.Expect(err).To(MatchError(ContainSubstring("has no process")))
}

func TestStampsSayTheVersion(t *testing.T) {
	g := NewWithT(t)
	stamps := stampKubernetes("v1.37.2")
	for _, want := range []string{"gitVersion=v1.37.2", "gitMajor=1", "gitMinor=37"} {
		g.Expect(stamps).To(ContainElement("k8s.io/component-base/version." + want))
	}
}

func TestQuoteSurvivesDockersParser(t *testing.T) {
	g := NewWithT(t)
	value, err := json.Marshal(map[string]string{"a": `say "$HOME" \ once`})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(quote(string(value))).To(Equal(`"{\"a\":\"say \\\"\$HOME\\\" \\\\ once\"}"`))
}
