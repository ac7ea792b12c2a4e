package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
)

// copied is a run's record in a folder of its own, with a text of it replaced.
func copied(t *testing.T, old, with string) (folder string) {
	t.Helper()
	g := NewWithT(t)
	raw, err := os.ReadFile(filepath.Join("..", "..", "reports", "testdata", "run.json"))
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(string(raw)).To(ContainSubstring(old))
	folder = t.TempDir()
	g.Expect(os.WriteFile(filepath.Join(folder, "record.json"), []byte(strings.Replace(string(raw), old, with, 1)), 0o600)).To(Succeed())
	return folder
}

// judged is the record of a run of this catalogue in a folder of its own, with a text of it replaced.
func judged(t *testing.T, old, with string) (folder string) {
	t.Helper()
	g := NewWithT(t)
	folder = t.TempDir()
	path := filepath.Join(folder, "record.json")
	r := passedRun()
	r.Seed = 42
	g.Expect(r.Save(path)).To(Succeed())
	raw, err := os.ReadFile(path)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(string(raw)).To(ContainSubstring(old))
	g.Expect(os.WriteFile(path, []byte(strings.Replace(string(raw), old, with, 1)), 0o600)).To(Succeed())
	return folder
}

func TestReportsOfARecordAreMadeAgain(t *testing.T) {
	g := NewWithT(t)
	job := filepath.Join(t.TempDir(), "job.md")
	t.Setenv("GITHUB_STEP_SUMMARY", job)
	run := judged(t, `"State": "passed"`, `"State": "panicked"`)
	code, stdout, stderr := call(t, "report", run)
	g.Expect(stderr).To(BeEmpty())
	g.Expect(code).To(Equal(3), "as the run ended")
	g.Expect(stdout).To(ContainSubstring(" passed, 1 failed, 0 skipped"))
	for file, holds := range map[string]string{"junit.xml": "<testsuites", "summary.txt": "harness error", "report.html": "<!doctype html>", "summary.md": "## csicert", "statement.yaml": "schema: csicert/statement/v1"} {
		content, err := os.ReadFile(filepath.Join(run, file))
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(string(content)).To(ContainSubstring(holds))
	}
	first, err := os.ReadFile(job)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(string(first)).To(HavePrefix("## csicert"))
	call(t, "report", run)
	g.Expect(os.ReadFile(job)).To(HaveLen(2*len(first)), "a job's summary is added to")

	t.Setenv("GITHUB_STEP_SUMMARY", filepath.Join(job, "no", "folder"))
	code, _, stderr = call(t, "report", run)
	g.Expect(stderr).To(ContainSubstring("GITHUB_STEP_SUMMARY"))
	g.Expect(code).To(Equal(3))
}

func TestStatementIsHeldAgainstTheRecord(t *testing.T) {
	g := NewWithT(t)
	run := judged(t, "", "")
	call(t, "report", run)
	statement := filepath.Join(run, "statement.yaml")
	code, stdout, stderr := call(t, "verify", statement, run)
	g.Expect(stderr + stdout).To(ContainSubstring("the statement says what record 261125-163502-1704 says"))
	g.Expect(code).To(Equal(0))

	code, stdout, _ = call(t, "verify", statement, judged(t, `"seed": 42`, `"seed": 43`))
	g.Expect(stdout).To(MatchRegexp(`(?s)run\.seed: stated "42", the record says "43"\nrun\.digest: stated "sha256:`))
	g.Expect(code).To(Equal(1))

	raw, err := os.ReadFile(statement)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(os.WriteFile(statement, []byte(strings.Replace(string(raw), "conclusion: conformant", "conclusion: partial", 1)), 0o600)).To(Succeed())
	code, stdout, _ = call(t, "verify", statement, run)
	g.Expect(stdout).To(Equal("conclusion: stated \"partial\", the record says \"conformant\"\n"))
	g.Expect(code).To(Equal(1))

	code, _, stderr = call(t, "verify", filepath.Join(run, "summary.txt"), run)
	g.Expect(stderr).To(ContainSubstring("accepted is"))
	g.Expect(code).To(Equal(4))
}

func TestRunsAreCompared(t *testing.T) {
	g := NewWithT(t)
	code, stdout, _ := call(t, "compare", copied(t, "", ""), copied(t, `"State": "passed"`, `"State": "panicked"`))
	g.Expect(stdout).To(ContainSubstring("1 worse, 0 better"))
	g.Expect(code).To(Equal(1))
	code, stdout, _ = call(t, "compare", copied(t, `"State": "passed"`, `"State": "panicked"`), copied(t, "", ""))
	g.Expect(stdout).To(ContainSubstring("0 worse, 1 better"))
	g.Expect(code).To(Equal(0))
	code, stdout, _ = call(t, "compare", copied(t, "", ""), copied(t, `"State": "passed"`, `"State": "panicked"`), "--output", "json")
	g.Expect(stdout).To(HavePrefix("{\n  \"schema\": \"csicert/comparison/v1\",\n  \"exitCode\": 1,"))
	g.Expect(code).To(Equal(1))
	code, _, stderr := call(t, "compare", copied(t, "", ""), copied(t, "", ""), "--slower", "0.5")
	g.Expect(stderr).To(ContainSubstring("--slower: found 0.5; accepted: a number above 1"))
	g.Expect(code).To(Equal(4))
}
