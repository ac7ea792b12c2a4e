package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"csicert/reports/mutants"
)

func TestDraftsAreTheJudgementsThatNoMutantReached(t *testing.T) {
	g := NewWithT(t)
	dir := t.TempDir()
	source := filepath.Join(dir, "checkout")
	spec := filepath.Join(source, "suites", "localpv")
	g.Expect(os.MkdirAll(spec, 0o700)).To(Succeed())
	g.Expect(os.WriteFile(filepath.Join(source, "go.mod"), []byte("module csicert\n"), 0o600)).To(Succeed())
	g.Expect(os.WriteFile(filepath.Join(spec, "one.go"), []byte("package localpv\n\nfunc f() {\n\tpod.Must(ctx, runs)\n\tpod.Vanish(ctx)\n}\n"), 0o600)).To(Succeed())
	proof := filepath.Join(dir, "mutants.json")
	recorded := func(at string) {
		var out bytes.Buffer
		g.Expect(mutants.Matrix{Rows: []mutants.Row{{Requirement: "LOCAL-001", Mutant: "x", Outcome: mutants.Killed, At: at}}}.WriteJSON(&out)).To(Succeed())
		g.Expect(os.WriteFile(proof, out.Bytes(), 0o600)).To(Succeed())
	}

	recorded("suites/localpv/one.go:4")
	code, stdout, _ := call(t, "mutants", "drafts", "--source", source, proof)
	g.Expect(code).To(Equal(1))
	g.Expect(stdout).To(Equal("suites/localpv/one.go:5 Vanish\n1 of 2 judgements were never seen to fail\n"))

	recorded("")
	code, _, stderr := call(t, "mutants", "drafts", "--source", source, proof)
	g.Expect(code).To(Equal(4), "else all of them would be called drafts")
	g.Expect(strings.TrimSpace(stderr)).To(ContainSubstring(proof + ": found mutants that were killed nobody wrote down where, such as x"))
}
