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
	"csicert/suites"
)

// passedRun is a record of this catalogue in which every requirement passed, for a subject that claims whatever one needs.
func passedRun() verdict.Record {
	r := verdict.Record{Schema: verdict.Schema, ID: "261125-163502-1704", Requirements: suites.Requirements(), Rerun: "make e2e FOCUS=%s"}
	for _, q := range r.Requirements {
		r.Subject.Capabilities = append(r.Subject.Capabilities, q.Needs...)
		r.Specs = append(r.Specs, types.SpecReport{LeafNodeType: types.NodeTypeIt, LeafNodeLabels: q.Labels(), State: types.SpecStatePassed, NumAttempts: 1,
			ReportEntries: types.ReportEntries{{Name: string(catalogue.MarkRequests), Value: types.WrapEntryValue("3")}}})
	}
	return r
}

func TestReportsAreMadeAgainFromTheRecordAlone(t *testing.T) {
	g := NewWithT(t)
	dir := t.TempDir()
	r := passedRun()
	broken := slices.IndexFunc(r.Requirements, func(q catalogue.Requirement) bool { return q.Level == catalogue.Must })
	r.Specs[broken].State = types.SpecStateFailed
	r.Specs[broken].Failure = types.Failure{Message: "observed: no", FailureNodeType: types.NodeTypeIt}
	g.Expect(r.Save(filepath.Join(dir, run.RecordFile))).To(Succeed())
	v, err := verdict.Of(r)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(run.WriteReports(dir, v)).To(Succeed())
	made := map[string]string{}
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	g.Expect(err).NotTo(HaveOccurred())
	for _, f := range files {
		if filepath.Base(f) != run.RecordFile {
			content, err := os.ReadFile(f)
			g.Expect(err).NotTo(HaveOccurred())
			made[f] = string(content)
			g.Expect(os.Remove(f)).To(Succeed())
		}
	}
	g.Expect(len(made)).To(BeNumerically(">=", 2))
	code, stdout, _ := call(t, "report", dir)
	g.Expect(code).To(Equal(1), "the verdict's")
	g.Expect(stdout).To(ContainSubstring("FAIL " + string(r.Requirements[broken].ID)))
	for f, content := range made {
		again, err := os.ReadFile(f)
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(string(again)).To(Equal(content), f)
	}
}

func TestRecordsThatCannotBeReportedEndWithFour(t *testing.T) {
	for says, change := range map[string]func(*verdict.Record){
		"dryRun: found true":               func(r *verdict.Record) { r.DryRun = true },
		"found NOPE-001 on":                func(r *verdict.Record) { r.Specs[0].LeafNodeLabels = []string{"NOPE-001"} },
		"catalogue: found version":         func(r *verdict.Record) { r.Requirements[0].Statement = "another promise" },
		"accepted are the IDs in requirem": func(r *verdict.Record) { r.Requirements = r.Requirements[1:] },
	} {
		t.Run(says, func(t *testing.T) {
			g := NewWithT(t)
			dir, r := t.TempDir(), passedRun()
			change(&r)
			g.Expect(r.Save(filepath.Join(dir, run.RecordFile))).To(Succeed())
			code, _, stderr := call(t, "report", dir)
			g.Expect(stderr).To(ContainSubstring(says))
			g.Expect(code).To(Equal(4))
			left, err := os.ReadDir(dir)
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(left).To(HaveLen(1), "no report of what cannot be judged")
		})
	}
	g := NewWithT(t)
	dir, r := t.TempDir(), passedRun()
	g.Expect(r.Save(filepath.Join(dir, run.RecordFile))).To(Succeed())
	code, stdout, _ := call(t, "report", dir)
	g.Expect(stdout).To(HavePrefix("conformant: every MUST"))
	g.Expect(code).To(Equal(0), "the unchanged record is fine")
}
