package cli

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"csicert/framework/job"
)

func TestAJobLeavesItsResultsAndWaitsUntilTheyAreFetched(t *testing.T) {
	g := NewWithT(t)
	dir := t.TempDir()
	results, done := filepath.Join(dir, "results.tar.gz"), filepath.Join(dir, "done")
	out := filepath.Join(dir, "out") // of a run that was refused: it is not there
	var told, fetched bytes.Buffer
	a := &app{stderr: &told}
	left := make(chan error)
	go func() { left <- a.leave(t.Context(), out, leaving{results: results, done: done, hold: time.Minute}) }()
	g.Expect(job.Fetch(t.Context(), results, &fetched)).To(Succeed())
	g.Expect(<-left).To(Succeed())
	g.Expect(fetched.Len()).To(BeNumerically(">", 0))
	g.Expect(told.String()).To(ContainSubstring("csicert job results"))
	path, err := os.ReadFile(done)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(string(path)).To(Equal(results), "as Sonobuoy reads it")
}

func TestAJobWaitsNoLongerThanItWasTold(t *testing.T) {
	g := NewWithT(t)
	dir := t.TempDir()
	var told bytes.Buffer
	a := &app{stderr: &told}
	g.Expect(a.leave(t.Context(), dir, leaving{results: filepath.Join(t.TempDir(), "r"), hold: time.Millisecond})).To(Succeed())
	g.Expect(told.String()).To(ContainSubstring("nobody fetched the results in time"))

	ended, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("the pod is told to end"))
	told.Reset()
	g.Expect(a.leave(ended, dir, leaving{results: filepath.Join(t.TempDir(), "r"), hold: time.Hour})).To(Succeed())
	g.Expect(told.String()).To(BeEmpty(), "nothing is waited for")

	g.Expect(a.leave(t.Context(), dir, leaving{results: filepath.Join(dir, "missing", "r")})).To(MatchError(ContainSubstring("packing the results")))
}

func TestTheJobsManifestsAreOfTheDefinition(t *testing.T) {
	g := NewWithT(t)
	file := filepath.Join(t.TempDir(), "driver.yaml")
	g.Expect(os.WriteFile(file, []byte("apiVersion: csicert/v1\nkind: Driver\nname: d.example\nstorageClass: {parameters: {}}\nbudgets: {bind: 2m}\n"), 0o600)).To(Succeed())
	args := []string{"job", "--image", "a:1", "--agent-image", "b:1", "--driver", file}
	code, stdout, stderr := call(t, append(args, "--", "--focus", "PROV-001")...)
	g.Expect(code).To(Equal(0), stderr)
	g.Expect(stdout).To(And(ContainSubstring("kind: Job"), ContainSubstring("name: d.example"), ContainSubstring("bind: 2m"), ContainSubstring("- PROV-001")))
	code, stdout, _ = call(t, append(args, "--sonobuoy")...)
	g.Expect(code).To(Equal(0))
	g.Expect(stdout).To(And(ContainSubstring("sonobuoy-config:"), ContainSubstring("plugin-name: csicert"), Not(ContainSubstring("kind: Job"))))
}
