package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	. "github.com/onsi/gomega"
	"github.com/spf13/cobra"
	"sigs.k8s.io/yaml"

	"csicert/framework/subject"
)

func TestDefinitionsAreToldAsTheyAreRead(t *testing.T) {
	g := NewWithT(t)
	external := filepath.Join("..", "..", "driver", "deploy", "external-e2e.yaml")
	code, stdout, stderr := call(t, "definition", "--driver", external)
	g.Expect(code).To(Equal(0))
	g.Expect(stderr).To(ContainSubstring("csicert: note: line "))
	d, err := subject.Parse([]byte(stdout))
	g.Expect(err).NotTo(HaveOccurred(), "what is printed is a definition")
	g.Expect(d.Name).To(Equal("nfs.csicert.dev"))
	code, stdout, _ = call(t, "definition", "--driver", "bundled", "--output", "json")
	g.Expect(code).To(Equal(0))
	g.Expect(json.Valid([]byte(stdout))).To(BeTrue())
	for flag, holds := range map[string]string{"--explain": "## storageClass.fromCluster", "--schema": `"$schema"`, "--mapping": "key: DriverInfo.Name"} {
		code, stdout, _ = call(t, "definition", flag)
		g.Expect(code).To(Equal(0))
		g.Expect(stdout).To(ContainSubstring(holds))
	}
	bad := filepath.Join(t.TempDir(), "bad.yaml")
	g.Expect(os.WriteFile(bad, []byte("apiVersion: csicert/v1\nkind: Driver\nnmae: x\nvolumeSize: 3\n"), 0o600)).To(Succeed())
	code, _, stderr = call(t, "definition", "--driver", bad)
	g.Expect(code).To(Equal(4))
	g.Expect(stderr).To(ContainSubstring("csicert: driver definition " + bad + ", line 3: nmae: found an unknown key (did you mean name?)"))
	g.Expect(stderr).To(ContainSubstring("\ncsicert: driver definition " + bad + ", line 4: volumeSize: found the number 3"))
	for says, args := range map[string][]string{
		"found 0 of --driver, --explain":              {},
		"found 2 of --driver, --explain":              {"--explain", "--schema"},
		`--output: found "xml"; accepted: yaml, json`: {"--explain", "--output", "xml"},
		`--driver: found "none"; accepted: bundled`:   {"--driver", "none"},
	} {
		code, _, stderr = call(t, append([]string{"definition"}, args...)...)
		g.Expect(code).To(Equal(4))
		g.Expect(stderr).To(ContainSubstring(says))
	}
}

func TestRequirementsAreListed(t *testing.T) {
	g := NewWithT(t)
	code, stdout, _ := call(t, "list")
	g.Expect(code).To(Equal(0))
	g.Expect(stdout).To(And(HavePrefix("ID"), ContainSubstring("BIND-001"), ContainSubstring("SNAP-001")))
	code, stdout, _ = call(t, "list", "--area", "SNAP", "--level", "MUST", "--capability", "clones,snapshots", "--output", "json")
	g.Expect(code).To(Equal(0))
	var all []struct {
		ID, Level string
		Source    struct{ Document string }
	}
	g.Expect(json.Unmarshal([]byte(stdout), &all)).To(Succeed())
	g.Expect(all).NotTo(BeEmpty())
	for _, r := range all {
		g.Expect(r.ID).To(HavePrefix("SNAP-"))
		g.Expect(r.Level).To(Equal("MUST"))
		g.Expect(r.Source.Document).NotTo(BeEmpty())
	}
	_, stdout, _ = call(t, "list", "--id", "SNAP-001", "-o", "yaml")
	g.Expect(yaml.Unmarshal([]byte(stdout), &all)).To(Succeed())
	g.Expect(all).To(HaveLen(1))
	for says, args := range map[string][]string{
		`--area: found "SNPA" (did you mean SNAP?); accepted: BIND,`: {"--area", "SNPA"},
		`--level: found "WILL"; accepted: MUST, SHOULD, MAY`:         {"--level", "WILL"},
		`--capability: found "snapshot" (did you mean snapshots?)`:   {"--capability", "snapshot"},
		`--id: found "SNAP-999"`:                                     {"--id", "SNAP-999"},
		`found words that no requirement has together`:               {"--id", "SNAP-001", "--area", "LOCAL"},
		`--output: found "xml"; accepted: table, json, yaml`:         {"--output", "xml"},
	} {
		code, _, stderr := call(t, append([]string{"list"}, args...)...)
		g.Expect(stderr).To(ContainSubstring(says))
		g.Expect(code).To(Equal(4))
	}
}

func TestTheVersionIsData(t *testing.T) {
	g := NewWithT(t)
	_, stdout, _ := call(t, "version")
	g.Expect(stdout).To(HavePrefix("csicert "))
	_, stdout, _ = call(t, "version", "--output", "json")
	g.Expect(json.Valid([]byte(stdout))).To(BeTrue())
	code, _, stderr := call(t, "image", "list", "--output", "xml")
	g.Expect(stderr).To(ContainSubstring(`--output: found "xml"; accepted: table, json, yaml`))
	g.Expect(code).To(Equal(4))
}

func TestEveryVerbHasAnExample(t *testing.T) {
	var visit func(*cobra.Command)
	visit = func(c *cobra.Command) {
		if c.Example == "" || c.Short == "" {
			t.Errorf("%s has no example, or says not what it does", c.CommandPath())
		}
		for _, below := range c.Commands() {
			visit(below)
		}
	}
	a := &app{}
	visit(a.root())
}

func TestAShellIsOfferedWords(t *testing.T) {
	g := NewWithT(t)
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		code, stdout, _ := call(t, "completion", shell)
		g.Expect(code).To(Equal(0))
		g.Expect(stdout).To(ContainSubstring("csicert"))
	}
	for want, args := range map[string][]string{
		"SNAP-001\t":        {"e2e", "--focus", "SNAP-0"},
		"slow,SNAP-001\t":   {"variations", "--focus", "slow,SNAP-0"},
		"bundled\nnone\n:0": {"e2e", "--driver", ""},
		":0\n":              {"e2e", "--driver", "my-"},
		"json\n":            {"list", "--output", ""},
		"snapshots\n":       {"list", "--capability", ""},
		"list\t":            {"help", "li"},
	} {
		_, stdout, _ := call(t, append([]string{"__complete"}, args...)...)
		g.Expect(stdout).To(ContainSubstring(want))
	}
	code, stdout, _ := call(t, "help", "image", "list")
	g.Expect(stdout).To(ContainSubstring("csicert image list --output json"))
	g.Expect(code).To(Equal(0))
	code, _, stderr := call(t, "help", "lsit")
	g.Expect(stderr).To(ContainSubstring(`command of csicert: found "lsit"`))
	g.Expect(code).To(Equal(4))
}
