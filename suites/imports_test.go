package suites_test

import (
	"os/exec"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
)

// allowed says, for each of the project's packages, which others it may import: the deepest prefix counts. What
// stands below a package belongs to it.
var allowed = map[string][]string{
	"csicert":                        {"csicert/framework/cli"},
	"csicert/suites":                 {"csicert/driver/mutant", "csicert/driver/variation", "csicert/framework/catalogue", "csicert/framework/lab", "csicert/framework/orchestrator", "csicert/framework/payload", "csicert/framework/verify", "csicert/framework/witness", "csicert/suites"},
	"csicert/framework/cli":          {"csicert"},
	"csicert/framework/run":          {"csicert/driver/deploy", "csicert/framework", "csicert/kind-config", "csicert/reports"},
	"csicert/framework/proof":        {"csicert/driver/fault", "csicert/driver/mutant", "csicert/driver/variation", "csicert/framework", "csicert/reports"},
	"csicert/framework/verify":       {"csicert/framework/catalogue", "csicert/framework/evidence", "csicert/framework/lab", "csicert/framework/progress"},
	"csicert/framework/progress":     nil,
	"csicert/framework/lab":          {"csicert/framework/agent", "csicert/framework/catalogue", "csicert/framework/evidence", "csicert/framework/kubeconfig", "csicert/framework/orchestrator", "csicert/framework/payload", "csicert/framework/subject", "csicert/framework/trace", "csicert/framework/witness"},
	"csicert/framework/witness":      {"csicert/framework/payload"},
	"csicert/framework/evidence":     nil,
	"csicert/framework/orchestrator": nil,
	"csicert/framework/install":      {"csicert/framework/subject"},
	"csicert/framework/subject":      {"csicert/framework/catalogue", "csicert/framework/document"},
	"csicert/framework/cluster":      {"csicert/framework/kubeconfig", "csicert/kind-config"},
	"csicert/framework/kubeconfig":   nil,
	"csicert/framework/job":          nil,
	"csicert/framework/judgements":   nil,
	"csicert/framework/agent":        {"csicert/framework/payload"},
	"csicert/framework/payload":      nil,
	"csicert/framework/catalogue":    nil,
	"csicert/framework/document":     nil,
	"csicert/driver":                 {"csicert/driver"},
	"csicert/kind-config":            {"csicert/kind-config"},
	"csicert/reports":                {"csicert/framework/catalogue", "csicert/framework/trace", "csicert/reports/internal", "csicert/reports/verdict", "csicert/reports/xunit"},
	"csicert/reports/verdict":        {"csicert/framework/catalogue", "csicert/framework/trace"},
	"csicert/framework/trace":        nil,
	"csicert/framework/judges":       nil,
	"csicert/framework/sweep":        nil,
	"csicert/framework/initial":      {"csicert/framework/catalogue", "csicert/framework/doctor", "csicert/framework/lab", "csicert/framework/subject"},
	"csicert/framework/doctor":       {"csicert/framework/catalogue", "csicert/framework/lab", "csicert/framework/subject"},
}

func TestImportsPointOneWay(t *testing.T) {
	g := NewWithT(t)
	cmd := exec.CommandContext(t.Context(), "go", "list", "-f", `{{.ImportPath}}:{{join .Imports " "}}`, "./...")
	cmd.Dir = ".."
	out, err := cmd.Output()
	g.Expect(err).NotTo(HaveOccurred())
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	g.Expect(len(lines)).To(BeNumerically(">", 20), "the whole module is looked at")
	for _, line := range lines {
		from, imports, _ := strings.Cut(line, ":")
		for _, fault := range importFaults(from, strings.Fields(imports)) {
			t.Error(fault)
		}
	}
}

// importFaults names the imports of the project's own that the package may not have.
func importFaults(from string, imports []string) []string {
	home := deepest(from)
	var faults []string
	for _, to := range imports {
		ours := to == "csicert" || strings.HasPrefix(to, "csicert/")
		if !ours || (home != "csicert" && within(to, home)) {
			continue
		}
		permitted := false
		for _, a := range allowed[home] {
			permitted = permitted || within(to, a)
		}
		if !permitted {
			faults = append(faults, from+" may not import "+to)
		}
	}
	return faults
}

func deepest(path string) string {
	for p := path; ; p = p[:strings.LastIndex(p, "/")] {
		if _, there := allowed[p]; there || !strings.Contains(p, "/") {
			return p
		}
	}
}

func within(path, root string) bool { return path == root || strings.HasPrefix(path, root+"/") }

func TestImportFaults(t *testing.T) {
	g := NewWithT(t)
	g.Expect(importFaults("csicert/framework/lab", []string{"fmt", "csicert/framework/witness"})).To(BeEmpty())
	for from, to := range map[string]string{
		"csicert/framework/witness":       "csicert/framework/lab",
		"csicert/framework/catalogue":     "csicert/framework/payload",
		"csicert/kind-config/engine":      "csicert/framework/catalogue",
		"csicert/driver/mutant":           "csicert/framework/catalogue",
		"csicert/reports/junit":           "csicert/framework/lab",
		"csicert/framework/lab":           "csicert/reports/verdict",
		"csicert/suites/binding":          "csicert/framework/cluster",
		"csicert":                         "csicert/suites",
		"csicert/framework/agent/cmd/new": "csicert/framework/lab",
	} {
		g.Expect(importFaults(from, []string{to})).To(HaveLen(1), from+" importing "+to)
	}
}

// What spoils or varies the driver is for the binary that proves the harness.
func TestTheShippedBinariesHaveNeitherFaultsNorVariations(t *testing.T) {
	g := NewWithT(t)
	deps := func(command string) []string {
		cmd := exec.CommandContext(t.Context(), "go", "list", "-deps", "./driver/cmd/"+command)
		cmd.Dir = ".."
		out, err := cmd.Output()
		g.Expect(err).NotTo(HaveOccurred())
		return strings.Fields(string(out))
	}
	for _, command := range []string{"nfsplugin", "nfsmounter", "filer"} {
		g.Expect(deps(command)).NotTo(ContainElement(BeElementOf("csicert/driver/fault", "csicert/driver/variation")), command)
	}
	g.Expect(deps("mutantplugin")).To(ContainElements("csicert/driver/fault", "csicert/driver/variation"))
}
