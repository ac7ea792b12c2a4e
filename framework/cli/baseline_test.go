package cli

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/onsi/ginkgo/v2/types"
	. "github.com/onsi/gomega"

	"csicert/framework/catalogue"
	"csicert/framework/run"
	"csicert/reports/verdict"
)

// knownFile is a baseline of one requirement until a day far off.
func knownFile(t *testing.T, id catalogue.ID) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "known.yaml")
	NewWithT(t).Expect(os.WriteFile(path, []byte("apiVersion: csicert/v1\nkind: Baseline\nentries:\n- {id: "+string(id)+
		", reason: it leaks, link: 'https://example.com/7', expires: 2999-12-31}\n"), 0o600)).To(Succeed())
	return path
}

func TestRecordKeepsTheBaselineByWhichItIsReported(t *testing.T) {
	g := NewWithT(t)
	dir, r := t.TempDir(), passedRun()
	broken := slices.IndexFunc(r.Requirements, func(q catalogue.Requirement) bool { return q.Level == catalogue.Must })
	id := r.Requirements[broken].ID
	r.Specs[broken].State = types.SpecStateFailed
	r.Specs[broken].Failure = types.Failure{Message: "observed: no", FailureNodeType: types.NodeTypeIt}
	record := filepath.Join(dir, run.RecordFile)
	g.Expect(r.Save(record)).To(Succeed())
	code, _, _ := call(t, "report", dir)
	g.Expect(code).To(Equal(1), "nobody knows of it yet")

	code, stdout, stderr := call(t, "report", dir, "--baseline", knownFile(t, id))
	g.Expect(stdout + stderr).To(ContainSubstring("KNOWN FAIL " + string(id)))
	g.Expect(code).To(Equal(0))
	code, again, _ := call(t, "report", dir)
	g.Expect(again).To(Equal(stdout), "the record keeps it")
	g.Expect(code).To(Equal(0))
	code, stdout, _ = call(t, "verify", filepath.Join(dir, "statement.yaml"), dir)
	g.Expect(stdout).To(ContainSubstring("the statement says what record"))
	g.Expect(code).To(Equal(0))

	other := r.Requirements[slices.IndexFunc(r.Requirements, func(q catalogue.Requirement) bool { return q.Level == catalogue.Must && q.ID != id })].ID
	g.Expect(passedRun().Save(record)).To(Succeed())
	code, stdout, _ = call(t, "report", dir, "--baseline", knownFile(t, other))
	g.Expect(stdout).To(MatchRegexp(`1 known failures\s+pass now`))
	g.Expect(code).To(Equal(0))
	code, _, _ = call(t, "report", dir, "--baseline", knownFile(t, other), "--baseline-strict")
	g.Expect(code).To(Equal(1))
}

func TestBadBaselineEndsWithFourBeforeAnythingIsMade(t *testing.T) {
	for _, verb := range []string{"e2e", "report"} {
		g := NewWithT(t)
		dir := t.TempDir()
		args := []string{verb, "--state-dir", filepath.Join(dir, "state"), "--out", filepath.Join(dir, "out")}
		if verb == "report" {
			g.Expect(passedRun().Save(filepath.Join(dir, run.RecordFile))).To(Succeed())
			args = append(args, dir)
		}
		code, _, stderr := call(t, append(args, "--baseline", knownFile(t, "NOPE-001"))...)
		g.Expect(stderr).To(MatchRegexp(`known.yaml:4: entries\[0\]\.id: found "NOPE-001"`))
		g.Expect(code).To(Equal(4))
		code, _, stderr = call(t, append(args, "--baseline-strict")...)
		g.Expect(stderr).To(ContainSubstring("--baseline-strict: found no --baseline; accepted: only beside --baseline"))
		g.Expect(code).To(Equal(4))
		g.Expect(filepath.Join(dir, "state")).NotTo(BeADirectory())
		g.Expect(filepath.Join(dir, "out")).NotTo(BeADirectory())
		if verb == "report" {
			r, err := verdict.Load(filepath.Join(dir, run.RecordFile))
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(r.Baseline).To(BeNil())
		}
	}
}
