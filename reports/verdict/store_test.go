package verdict_test

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/onsi/ginkgo/v2/types"
	. "github.com/onsi/gomega"

	"csicert/framework/catalogue"
	"csicert/reports/internal/golden"
	"csicert/reports/internal/recorded"
	"csicert/reports/verdict"
)

func TestRecordSurvivesTheFile(t *testing.T) {
	g := NewWithT(t)
	path := filepath.Join(t.TempDir(), "runs", "run.json")
	g.Expect(recorded.Mixed().Save(path)).To(Succeed())
	info, err := os.Stat(path)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(info.Mode().Perm()).To(Equal(os.FileMode(0o600)))
	left, err := os.ReadDir(filepath.Dir(path))
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(left).To(HaveLen(1), "the temporary file is gone")

	loaded, err := verdict.Load(path)
	g.Expect(err).NotTo(HaveOccurred())
	before, err := verdict.Of(recorded.Mixed())
	g.Expect(err).NotTo(HaveOccurred())
	after, err := verdict.Of(loaded)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(after).To(Equal(before), "a report made from the file tells what one made in the run tells")
}

// A change of this file is a change of the schema: old records must stay readable or get another name.
func TestFormOfTheRecord(t *testing.T) {
	g := NewWithT(t)
	path := filepath.Join(t.TempDir(), "run.json")
	g.Expect(recorded.Mixed().Save(path)).To(Succeed())
	got, err := os.ReadFile(path)
	g.Expect(err).NotTo(HaveOccurred())
	golden.Equal(t, "run.json", string(got))
}

// run-without-traces.json was written by a csicert that knew neither traces nor components.
func TestOlderRecordIsReadAsItWas(t *testing.T) {
	g := NewWithT(t)
	older, err := verdict.Load(filepath.Join("..", "testdata", "run-without-traces.json"))
	g.Expect(err).NotTo(HaveOccurred())
	was, err := verdict.Of(older)
	g.Expect(err).NotTo(HaveOccurred())
	is, err := verdict.Of(recorded.Mixed())
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(was.Counts).To(Equal(is.Counts))
	g.Expect(was.Sentence).To(Equal(is.Sentence))
	g.Expect(was.Results()[0].Trace).To(BeNil())
}

func TestTraceThatCannotBeRead(t *testing.T) {
	g := NewWithT(t)
	_, err := verdict.Of(recorded.Run(recorded.Spec("LOCAL-001", recorded.Mark(catalogue.MarkTrace, `{"schema":"csicert/trace/v9"}`))))
	g.Expect(err).To(MatchError(ContainSubstring(`entry csicert:trace of LOCAL-001: trace: schema: found "csicert/trace/v9"`)))
	var bad interface{ BadInput() bool }
	g.Expect(errors.As(err, &bad) && bad.BadInput()).To(BeTrue())
}

func TestFileThatIsNoRecord(t *testing.T) {
	folder := t.TempDir()
	for name, c := range map[string]struct{ content, message string }{
		"other.json":     {`{"schema":"csicert/run/v9"}`, `schema: found "csicert/run/v9", accepted is "csicert/run/v1"`},
		"none.json":      {`{}`, `schema: found ""`},
		"truncated.json": {`{"schema":"csicert/run/v1"`, "found no JSON object"},
		"wrong.json":     {`{"schema":"csicert/run/v1","requirements":[{"level":"WOULD"}]}`, "accepted are MUST, SHOULD, MAY"},
		"missing.json":   {"", "accepted is the record.json of an earlier run"},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			path := filepath.Join(folder, name)
			if c.content != "" {
				g.Expect(os.WriteFile(path, []byte(c.content), 0o600)).To(Succeed())
			}
			_, err := verdict.Load(path)
			g.Expect(err).To(MatchError(ContainSubstring(c.message)))
			var bad interface{ BadInput() bool }
			g.Expect(errors.As(err, &bad) && bad.BadInput()).To(BeTrue())
		})
	}
	g := NewWithT(t)
	g.Expect(verdict.Record{Schema: "x"}.Save(filepath.Join(folder, "x.json"))).To(MatchError(ContainSubstring(`found "x"`)))
}

// TestGinkgosOwnReport runs a real suite and judges the report that Ginkgo wrote.
func TestGinkgosOwnReport(t *testing.T) {
	g := NewWithT(t)
	path := filepath.Join(t.TempDir(), "ginkgo.json")
	command := exec.CommandContext(t.Context(), "go", "test", "csicert/reports/testdata/marks", "-count=1",
		"-args", "--ginkgo.json-report="+path, "--ginkgo.label-filter=!slow", "--ginkgo.no-color")
	output, err := command.CombinedOutput()
	g.Expect(err).To(HaveOccurred(), "two of its specs fail:\n%s", output)
	data, err := os.ReadFile(path)
	g.Expect(err).NotTo(HaveOccurred(), "%s", output)
	var reports []types.Report
	g.Expect(json.Unmarshal(data, &reports)).To(Succeed())
	g.Expect(reports).To(HaveLen(1))

	r := recorded.Run(reports[0].SpecReports...)
	r.Filter = reports[0].SuiteConfig.LabelFilter
	saved := filepath.Join(t.TempDir(), "run.json")
	g.Expect(r.Save(saved)).To(Succeed())
	loaded, err := verdict.Load(saved)
	g.Expect(err).NotTo(HaveOccurred())
	v, err := verdict.Of(loaded)
	g.Expect(err).NotTo(HaveOccurred())

	got := map[catalogue.ID]verdict.Result{}
	for _, result := range v.Results() {
		got[result.Requirement.ID] = result
	}
	for id, want := range map[catalogue.ID]struct {
		status verdict.Status
		reason string
	}{
		"REAL-001": {verdict.Pass, ""},
		"REAL-002": {verdict.Fail, "b"},
		"REAL-003": {verdict.Blocked, "Claim data: no volume"},
		"REAL-004": {verdict.Skipped, catalogue.TwoZones.Sentence()},
		"REAL-005": {verdict.Unsupported, "not claimed"},
		"REAL-006": {verdict.Error, "left behind: Pod a"},
		"REAL-007": {verdict.Error, "failed in DeferCleanup (Each), outside its own judgement: no API server"},
		"REAL-008": {verdict.Error, "panicked in It: Test Panicked: nil map"},
		"REAL-010": {verdict.NotRun, "the spec is marked pending"},
		"REAL-011": {verdict.Pass, ""},
		"REAL-012": {verdict.Fail, "b"},
	} {
		g.Expect(got[id].Status).To(Equal(want.status), "%s: %s", id, got[id].Reason)
		g.Expect(got[id].Reason).To(Equal(want.reason), string(id))
	}
	g.Expect(got).To(HaveLen(11))
	g.Expect(v.Unselected).To(Equal([]catalogue.ID{"REAL-009"}))
	g.Expect(got["REAL-002"].Expected).To(Equal("<a>"))
	g.Expect(got["REAL-002"].Evidence).To(Equal("== pod ==\nphase: \"Running\""))
	g.Expect(got["REAL-011"].Requests).To(Equal(1200000))
	g.Expect(got["REAL-012"].Evidence).To(ContainSubstring("afterwards: DeferCleanup (Each) failed ==\nno API server"))
	g.Expect(got["REAL-008"].Evidence).To(ContainSubstring("== stack =="))
}

func TestHarnessIsToldOnce(t *testing.T) {
	g := NewWithT(t)
	const commit = "8ffabeb92caab381cfb565813eb179b87e096a6b"
	g.Expect(verdict.Harness{Version: "v0.0.0-20261125170001-8ffabeb92caa", Commit: commit}.String()).To(Equal("v0.0.0-20261125170001-8ffabeb92caa"))
	g.Expect(verdict.Harness{Version: "0.1.0", Commit: commit}.String()).To(Equal("0.1.0 8ffabeb92caa"))
	g.Expect(verdict.Harness{Commit: "2ace6c6"}.String()).To(Equal("2ace6c6"))
	g.Expect(verdict.Harness{Version: "0.1.0"}.String()).To(Equal("0.1.0"))
}
