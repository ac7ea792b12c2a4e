package subject

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/onsi/gomega"

	"csicert/framework/catalogue"
)

const whole = `apiVersion: csicert/v1
kind: Driver
name: disk.csi.example.com
storageClass: {fromCluster: fast}
snapshotClass: {parameters: {tier: cold}}
topology: {keys: [topology.kubernetes.io/zone]}
capabilities: [snapshots, topology]
storage: {nodeFolders: [/var/lib/example]}
budgets: {bind: 90s}
`

func TestWholeDefinition(t *testing.T) {
	g := gomega.NewWithT(t)
	d, err := Parse([]byte(whole))
	g.Expect(err).NotTo(gomega.HaveOccurred())
	g.Expect(d.Capabilities).To(gomega.Equal([]catalogue.Capability{catalogue.Snapshots, catalogue.Topology}))
	g.Expect(d.BindingModes).To(gomega.Equal([]string{"WaitForFirstConsumer", "Immediate"}), "both by default")
	g.Expect(d.VolumeSize).To(gomega.Equal("1Gi"))
	b, err := d.With(Default())
	g.Expect(err).NotTo(gomega.HaveOccurred())
	g.Expect(b.Bind).To(gomega.Equal(90 * time.Second))
	g.Expect(d.Folders()).To(gomega.Equal([]string{"/var/lib/example"}))
	g.Expect(b.Start).To(gomega.Equal(Default().Start))
}

// Each case is the whole definition with one thing wrong: the error names the field, and what was found.
func TestWrongDefinitions(t *testing.T) {
	for name, c := range map[string]struct{ old, new, field, found string }{
		"version":               {"csicert/v1", "csicert/v9", "apiVersion", `"csicert/v9"`},
		"kind":                  {"kind: Driver", "kind: Diver", "kind", `"Diver"`},
		"no name":               {"name: disk.csi.example.com", "", "name", "nothing"},
		"misspelt key":          {"storageClass:", "storageclass:", "storageclass", "did you mean storageClass?"},
		"misspelt inner key":    {"fromCluster", "fromcluster", "storageClass.fromcluster", "unknown key"},
		"key twice":             {"kind: Driver", "kind: Driver\nkind: Driver", "kind", "a second time, after line 2"},
		"wrong type":            {"{bind: 90s}", "soon", "budgets", `the text "soon"`},
		"controller nowhere":    {"budgets:", "controller: {selector: a=b, container: c, socket: /s}\nbudgets:", "namespace", "nothing"},
		"controller of no pods": {"budgets:", "controller: {container: c, socket: /s}\nnamespace: drivers\nbudgets:", "controller.selector", "nothing"},
		"controller, container": {"budgets:", "controller: {selector: a=b, container: C, socket: /s}\nnamespace: drivers\nbudgets:", "controller.container", `"C"`},
		"controller, socket":    {"budgets:", "controller: {selector: a=b, container: c, socket: csi.sock}\nnamespace: drivers\nbudgets:", "controller.socket", `"csi.sock"`},
		"unknown capability":    {"[snapshots, topology]", "[snapshots, topolgy]", "capabilities[1]", "topolgy"},
		"a claim without keys":  {"topology: {keys: [topology.kubernetes.io/zone]}", "", "topology.keys", "nothing"},
		"keys without a claim":  {"[snapshots, topology]", "[snapshots]", "capabilities", "topology"},
		"no snapshot class":     {"snapshotClass: {parameters: {tier: cold}}", "", "snapshotClass", "nothing"},
		"snapshots not claimed": {"[snapshots, topology]", "[topology]", "capabilities", "snapshotClass"},
		"two patterns":          {"{fromCluster: fast}", "{fromCluster: fast, parameters: {a: b}}", "storageClass", "parameters"},
		"a mode of its own":     {"budgets:", "bindingModes: [Later]\nbudgets:", "bindingModes[0]", "Later"},
		"a budget of its own":   {"{bind: 90s}", "{bnd: 90s}", "budgets.bnd", "did you mean bind?"},
		"a budget of no time":   {"{bind: 90s}", "{bind: none}", "budgets.bind", "none"},
		"a size of no size":     {"budgets:", "volumeSize: big\nbudgets:", "volumeSize", "big"},
		"two ways to install":   {"budgets:", "install: {bundled: true, manifests: [a]}\nbudgets:", "install", "manifests"},
		"a budget below zero":   {"{bind: 90s}", "{bind: -90s}", "budgets.bind", "-90s"},
		"storage without any":   {"{nodeFolders: [/var/lib/example]}", "{}", "storage.nodeFolders", "nothing"},
		"no folders":            {"[/var/lib/example]", "[]", "storage.nodeFolders", "nothing"},
		"a folder of no path":   {"[/var/lib/example]", "[/var/lib/example, \"\"]", "storage.nodeFolders[1]", "nothing"},
		"a relative folder":     {"[/var/lib/example]", "[lib/example]", "storage.nodeFolders[0]", "lib/example"},
		"a folder with dots":    {"/var/lib/example", "/var/lib/../../etc", "storage.nodeFolders[0]", "/var/lib/../../etc"},
		"a folder with a slash": {"/var/lib/example", "/var/lib/example/", "storage.nodeFolders[0]", "/var/lib/example/"},
		"the whole disk":        {"/var/lib/example", "/", "storage.nodeFolders[0]", `"/"`},
		"storage nowhere":       {"/zone]}", "/zone], partial: {parameters: {a: b}}}", "topology.partial.segments", "nothing"},
		"storage of no class":   {"/zone]}", "/zone], partial: {segments: [b]}}", "topology.partial.parameters", "nothing"},
		"storage in no segment": {"/zone]}", "/zone], partial: {segments: [a, b c], parameters: {a: b}}}", "topology.partial.segments[1]", `"b c"`},
		"a key of no label":     {"topology.kubernetes.io/zone", "a b", "topology.keys[0]", "a b"},
	} {
		t.Run(name, func(t *testing.T) {
			g := gomega.NewWithT(t)
			g.Expect(whole).To(gomega.ContainSubstring(c.old))
			_, err := Parse([]byte(strings.Replace(whole, c.old, c.new, 1)))
			var wrong Invalid
			g.Expect(errors.As(err, &wrong)).To(gomega.BeTrue(), "%v", err)
			g.Expect(wrong.Field).To(gomega.Equal(c.field))
			g.Expect(wrong.Found).To(gomega.ContainSubstring(c.found))
			g.Expect(wrong.Accepted).NotTo(gomega.BeEmpty())
		})
	}
}

func TestManifestsAreFiles(t *testing.T) {
	g := gomega.NewWithT(t)
	dir := t.TempDir()
	file := filepath.Join(dir, "driver.yaml")
	write := func(name, text string) {
		g.Expect(os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600)).To(gomega.Succeed())
	}
	write("driver.yaml", whole+"install: {manifests: [deploy.yaml]}\n")
	_, err := Load(file)
	g.Expect(err).To(gomega.MatchError(gomega.ContainSubstring("install.manifests[0]")))
	write("deploy.yaml", "")
	d, err := Load(file)
	g.Expect(err).NotTo(gomega.HaveOccurred())
	g.Expect(d.Install.Manifests).To(gomega.Equal([]string{filepath.Join(dir, "deploy.yaml")}))
	_, err = Load(filepath.Join(dir, "missing.yaml"))
	g.Expect(err).To(gomega.MatchError(gomega.ContainSubstring("no such file")))
}

// A driver that no definition was parsed for must not have its budgets ignored.
func TestBudgetsThatAreNoTimesAreRefused(t *testing.T) {
	for budgets, field := range map[[2]string]string{{"bind", "soon"}: "budgets.bind", {"bind", ""}: "budgets.bind", {"bind", "0s"}: "budgets.bind", {"bnd", "1s"}: "budgets.bnd"} {
		g := gomega.NewWithT(t)
		_, err := (&Driver{Budgets: map[string]string{budgets[0]: budgets[1]}}).With(Default())
		var wrong Invalid
		g.Expect(errors.As(err, &wrong)).To(gomega.BeTrue(), "%v", err)
		g.Expect(wrong.Field).To(gomega.Equal(field))
	}
}
