package proof

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/onsi/ginkgo/v2/types"
	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"csicert/driver/mutant"
	"csicert/driver/variation"
	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/subject"
	"csicert/reports/mutants"
	"csicert/reports/verdict"
)

// suites stands in for the real ones: every spec passes, but for those that a mutant breaks.
type suites struct {
	mu       sync.Mutex
	breaks   map[string]bool // "mutant ID"
	disturbs string          // a spec that must be alone
	running  int
	crowd    bool // something ran beside what must be alone
	minutes  int
	passes   []lab.Config
	err      map[string]error // of a mutant's pass; "" is an honest one

	catalogue []catalogue.Requirement // some, where it is empty
}

// clock moves on by a minute each time that it is looked at.
func (s *suites) clock() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.minutes++
	return time.Date(2026, 5, 4, 12, s.minutes, 0, 0, time.UTC)
}

func (s *suites) pass(ctx context.Context, dir, filter string, cfg lab.Config) (verdict.Record, error) {
	under, all := cfg.Labels[mutant.Label]+cfg.Parameters[variation.Parameter], some
	if len(s.catalogue) > 0 {
		all = s.catalogue
	}
	s.mu.Lock()
	s.running++
	s.passes = append(s.passes, cfg)
	s.crowd = s.crowd || strings.Contains(filter, s.disturbs) && s.running > 1
	s.mu.Unlock()
	defer func() { s.mu.Lock(); s.running--; s.mu.Unlock() }()
	r := verdict.Record{Schema: verdict.Schema, ID: "r1", Filter: filter, Requirements: all, Rerun: "%s", Started: s.clock(), Ended: s.clock()}
	for _, q := range all {
		r.Subject.Capabilities = append(r.Subject.Capabilities, q.Needs...)
	}
	for _, q := range all { // Ginkgo lists what the filter left out, too
		spec := types.SpecReport{LeafNodeType: types.NodeTypeIt, LeafNodeText: string(q.ID), LeafNodeLabels: q.Labels(), State: types.SpecStateSkipped}
		if strings.Contains(filter, string(q.ID)) {
			spec.State, spec.NumAttempts = types.SpecStatePassed, 1
			spec.ReportEntries = types.ReportEntries{{Name: string(catalogue.MarkRequests), Value: types.WrapEntryValue("3")}}
			if s.breaks[under+" "+string(q.ID)] {
				spec.State = types.SpecStateFailed
				spec.Failure = types.Failure{Message: "seen", FailureNodeType: types.NodeTypeIt, FailureNodeContext: types.FailureNodeIsLeafNode}
			}
		}
		r.Specs = append(r.Specs, spec)
	}
	return r, errors.Join(s.err[under], os.MkdirAll(dir, 0o700), ctx.Err())
}

// names of real mutants in place of those of the plan's tests
func named() []catalogue.Requirement {
	real := map[string]string{"x": "claim-shrunk", "y": "class-delayed", "z": "pod-tolerates-cordon"}
	var all []catalogue.Requirement
	for _, r := range some {
		var own []catalogue.Mutant
		for _, m := range r.Mutants {
			own = append(own, catalogue.Mutant{Name: real[m.Name]})
		}
		r.Mutants = own
		all = append(all, r)
	}
	return all
}

func prove(t *testing.T, s *suites, spoil func(*unstructured.Unstructured) error) (mutants.Matrix, string, error) {
	t.Helper()
	g := NewWithT(t)
	c, set := serving(t, spoil)
	var out bytes.Buffer
	o := Options{Pass: s.pass, Lab: lab.Config{Labels: map[string]string{"k": "v"}, Budgets: subject.Default()}, Haste: 0.5, Beside: 3, Dir: t.TempDir(), Out: &out}
	results, err := o.all(t.Context(), c, plan(named(), o.Beside))
	g.Expect(policies(g, set)).To(BeZero(), "a mutant was left in the cluster")
	if err != nil {
		return mutants.Matrix{}, out.String(), err
	}
	for _, e := range results {
		if e.note == "" {
			g.Expect(filepath.Join(o.Dir, e.String()+"-"+e.suffix, "record.json")).To(BeAnExistingFile())
		}
	}
	m, err := judge(named(), results)
	return m, out.String(), err
}

func outcomes(m mutants.Matrix) map[string]string {
	all := map[string]string{}
	for _, r := range m.Rows {
		all[string(r.Requirement)+" "+r.Mutant] = r.Outcome.String()
	}
	return all
}

func spoiled(o *unstructured.Unstructured) error { o.SetFinalizers([]string{"spoiled"}); return nil }

func TestProof(t *testing.T) {
	g := NewWithT(t)
	s := &suites{disturbs: "LOCAL-001", breaks: map[string]bool{"claim-shrunk BIND-001": true, "claim-shrunk LOCAL-001": true, "class-delayed BIND-001": true, "pod-tolerates-cordon LOCAL-001": true}}
	m, out, err := prove(t, s, spoiled)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(outcomes(m)).To(Equal(map[string]string{
		"BIND-001 claim-shrunk": "killed", "BIND-001 class-delayed": "killed", "BIND-002 (none)": "inconclusive",
		"BIND-003 claim-shrunk": "survived", "LOCAL-001 claim-shrunk": "killed", "LOCAL-001 pod-tolerates-cordon": "killed"}))
	g.Expect(m.Proofs).To(HaveLen(1))
	g.Expect(m.Proofs[0].ID).To(Equal("r1"))
	g.Expect(m.Proofs[0].Ended.Sub(m.Proofs[0].Started)).To(Equal(11*time.Minute), "from the begin of the first of 6 passes to the end of the last")
	g.Expect(s.crowd).To(BeFalse(), "a spec that cordons nodes ran beside others")
	suffixes := map[string]bool{}
	for _, cfg := range s.passes {
		g.Expect(cfg.Budgets.Bind).To(Equal(subject.Default().Bind / 2))
		g.Expect(cfg.Labels).To(HaveKeyWithValue("k", "v"))
		g.Expect(cfg.Expected).To(Equal(cfg.Labels[mutant.Label] != "" || cfg.Spoil > 0), "who reads the logs of a failure that has to come?")
		suffixes[cfg.Suffix] = true
	}
	g.Expect(suffixes).To(HaveLen(len(s.passes)))
	g.Expect(out).To(ContainSubstring("6 of 6"))
}

// TestWhoLooksAtAllIsAlone: three outages may come beside each other, but not beside the spec that counts what the driver has.
func TestWhoLooksAtAllIsAlone(t *testing.T) {
	g := NewWithT(t)
	var all []catalogue.Requirement
	for _, id := range []catalogue.ID{"RES-001", "RES-002", "RES-003", "RES-009"} {
		all = append(all, requirement(id, []catalogue.Capability{catalogue.Driver, catalogue.Disruption}, "mount-missing"))
	}
	all[3].Surveys = true
	s := &suites{disturbs: "RES-009"}
	o := Options{Pass: s.pass, Beside: 4, Dir: t.TempDir(), Out: &bytes.Buffer{}, Haste: 1}
	done, err := o.all(t.Context(), cluster{}, plan(all, o.Beside))
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(done).To(HaveLen(6), "four honest passes, two under the mutant")
	g.Expect(s.crowd).To(BeFalse())
}

// What disturbs a node ends every program that others run there: outages, which are tried again, put up with it.
func TestWhoDisturbsANodeIsBesideOutagesOnly(t *testing.T) {
	g := NewWithT(t)
	all := []catalogue.Requirement{requirement("BIND-001", nil, "mount-missing"), requirement("SNAP-001", []catalogue.Capability{catalogue.Driver}, "mount-missing")}
	for _, id := range []catalogue.ID{"RES-009", "RES-010"} {
		all = append(all, requirement(id, []catalogue.Capability{catalogue.Driver, catalogue.Disruption}, "mount-missing"))
	}
	all[2].Surveys, all[3].Nodes = true, true
	g.Expect([]company{companyOf(all[0]), companyOf(all[1]), companyOf(all[2]), companyOf(all[3])}).To(Equal([]company{driverless, users, surveys, nodes}))
	s := &suites{disturbs: "RES-010", catalogue: all}
	o := Options{Pass: s.pass, Beside: 4, Dir: t.TempDir(), Out: &bytes.Buffer{}, Haste: 1}
	_, err := o.all(t.Context(), cluster{}, plan(all, o.Beside))
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(s.crowd).To(BeFalse())
}

func TestAMutantThatIsNotArmedRunsNothing(t *testing.T) {
	g := NewWithT(t)
	s := &suites{disturbs: "LOCAL-001"}
	ctx := errors.New("denied")
	was := named()
	c, _ := serving(t, func(*unstructured.Unstructured) error { return ctx })
	short, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	o := Options{Pass: s.pass, Beside: 1, Dir: t.TempDir(), Out: &bytes.Buffer{}, Haste: 1}
	e, err := o.do(short, c, plan(was, 1)[2])
	g.Expect(err).To(MatchError(context.DeadlineExceeded), "an interrupted proof ends")
	g.Expect(e.armed).To(BeFalse())
	g.Expect(e.note).To(ContainSubstring("denied"))
	g.Expect(s.passes).To(BeEmpty())
}

func TestAPassWithoutARecordIsInconclusive(t *testing.T) {
	g := NewWithT(t)
	s := &suites{disturbs: "LOCAL-001", err: map[string]error{"class-delayed": errors.New("no report")},
		breaks: map[string]bool{"claim-shrunk BIND-001": true, "class-delayed BIND-001": true}}
	m, _, err := prove(t, s, spoiled)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(outcomes(m)).To(HaveKeyWithValue("BIND-001 class-delayed", "inconclusive"))
	g.Expect(outcomes(m)).To(HaveKeyWithValue("BIND-001 claim-shrunk", "killed"))

	s = &suites{disturbs: "LOCAL-001", err: map[string]error{"": errors.New("no report")}}
	_, _, err = prove(t, s, spoiled)
	g.Expect(err).To(MatchError(ContainSubstring("no honest pass was recorded: no report")))
}

// TestAProofThatIsCutShortKeepsWhatHadEnded: the pass under the second mutant is the one in which somebody interrupts.
func TestAProofThatIsCutShortKeepsWhatHadEnded(t *testing.T) {
	g := NewWithT(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	s := &suites{disturbs: "LOCAL-001", breaks: map[string]bool{"claim-shrunk BIND-001": true, "claim-shrunk BIND-003": true}}
	c, set := serving(t, spoiled)
	o := Options{Beside: 1, Dir: t.TempDir(), Out: &bytes.Buffer{}, Haste: 1}
	o.Pass = func(ctx context.Context, dir, filter string, cfg lab.Config) (verdict.Record, error) {
		if cfg.Labels[mutant.Label] == "class-delayed" {
			cancel(errors.New("somebody pressed Ctrl-C"))
		}
		return s.pass(ctx, dir, filter, cfg)
	}
	results, err := o.all(ctx, c, plan(named(), o.Beside))
	g.Expect(err).To(MatchError(ContainSubstring("somebody pressed Ctrl-C")))
	g.Expect(policies(g, set)).To(BeZero(), "a mutant was left in the cluster")
	m, err := judge(named(), results)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(outcomes(m)).To(And(HaveKeyWithValue("BIND-001 claim-shrunk", "killed"), HaveKeyWithValue("BIND-001 class-delayed", "inconclusive")))
	for _, row := range m.Rows {
		g.Expect(row.Proof != "").To(Equal(row.Mutant == "claim-shrunk" && row.Requirement != "LOCAL-001"), "%s under %s", row.Requirement, row.Mutant)
	}
}

func TestWriteMakesThreeFiles(t *testing.T) {
	g := NewWithT(t)
	folder := filepath.Join(t.TempDir(), "out")
	m := mutants.Matrix{Rows: []mutants.Row{{Requirement: "BIND-001", Mutant: "x"}}}
	g.Expect(Write(m, folder)).To(Succeed())
	for _, name := range []string{"mutants.json", "mutants.xml", "mutants.html"} {
		content, err := os.ReadFile(filepath.Join(folder, name))
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(string(content)).To(ContainSubstring("BIND-001"))
	}
	g.Expect(Write(m, filepath.Join(folder, "mutants.html", "below"))).To(MatchError(ContainSubstring("making the reports' folder")))
}
