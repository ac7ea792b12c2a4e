package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"csicert/framework/catalogue"
	"csicert/reports/mutants"
	"csicert/suites"
)

// proofOf writes the mutants.json of a run that killed every pair of the catalogue that is wanted.
func proofOf(t *testing.T, id string, day int, wanted func(catalogue.ID) bool) string {
	t.Helper()
	g := NewWithT(t)
	m := mutants.Matrix{Proofs: []mutants.Proof{{ID: id, Started: time.Date(2026, 5, day, 0, 0, 0, 0, time.UTC), Kubernetes: "v1.37.2", Driver: "nfs.csicert.local"}}}
	for _, r := range suites.Requirements() {
		for _, q := range r.Mutants {
			if wanted(r.ID) {
				m.Rows = append(m.Rows, mutants.Row{Requirement: r.ID, Mutant: q.Name, Outcome: mutants.Killed, Proof: id})
			}
		}
	}
	var out bytes.Buffer
	g.Expect(m.WriteJSON(&out)).To(Succeed())
	path := filepath.Join(t.TempDir(), "mutants.json")
	g.Expect(os.WriteFile(path, out.Bytes(), 0o600)).To(Succeed())
	return path
}

func TestTrackRecordIsMadeFromRecordedProofs(t *testing.T) {
	g := NewWithT(t)
	page := filepath.Join(t.TempDir(), "MUTANTS.md")
	local := func(id catalogue.ID) bool { return id.Area() == "LOCAL" }
	some, rest := proofOf(t, "one", 1, local), proofOf(t, "two", 2, func(id catalogue.ID) bool { return !local(id) })
	code, stdout, stderr := call(t, "mutants", "--page", page, "--from", some)
	g.Expect(stderr).To(BeEmpty())
	g.Expect(code).To(Equal(3), "what no run has is inconclusive")
	g.Expect(stdout).To(ContainSubstring("0 survived"))

	code, _, _ = call(t, "mutants", "--page", page, "--from", some, "--from", rest)
	g.Expect(code).To(Equal(0))
	text, err := os.ReadFile(page)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(string(text)).To(And(HavePrefix("# Track record of the mutants"), ContainSubstring("made of 2 runs: of each pair the newest"),
		ContainSubstring("| one | 2026-05-01 00:00 |"), ContainSubstring("| two | 2026-05-02 00:00 |")))

	for says, args := range map[string][]string{
		"--from: found none beside --page":                                 {"--page", page},
		"--page: found none beside --from":                                 {"--from", some},
		"mutants: found no file /nowhere":                                  {"--page", page, "--from", "/nowhere"},
		"flags of csicert mutants --page: found --focus; accepted: --from": {"--page", page, "--from", some, "--focus", "LOCAL-001"},
		"found no JSON object":                                             {"--page", page, "--from", page},
		"--page: found no value; accepted: a text":                         {"--from", some, "--page"},
	} {
		code, _, stderr := call(t, append([]string{"mutants"}, args...)...)
		g.Expect(stderr).To(ContainSubstring(says))
		g.Expect(code).To(Equal(4))
	}
}
