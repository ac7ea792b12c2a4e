package proof

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"csicert/driver/variation"
	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/subject"
	"csicert/reports/variations"
	"csicert/reports/verdict"
)

// catalogued are requirements of a driver, of a cluster, and of those that disturb.
func catalogued() []catalogue.Requirement {
	driver := func(id catalogue.ID, more ...catalogue.Capability) catalogue.Requirement {
		return requirement(id, append([]catalogue.Capability{catalogue.Driver}, more...), "x")
	}
	all := []catalogue.Requirement{requirement("BIND-001", nil, "x"), driver("SNAP-001", catalogue.Snapshots), driver("TOPO-001", catalogue.Topology), driver("RES-001", catalogue.Disruption)}
	for i := range 12 { // more than one pass has
		all = append(all, driver(catalogue.ID(fmt.Sprintf("PROV-%03d", i+1))))
	}
	return all
}

func TestVariationsAreDealtOutToAllThatTheyCanAffect(t *testing.T) {
	g := NewWithT(t)
	jobs, err := varied(catalogued(), nil)
	g.Expect(err).NotTo(HaveOccurred())
	told, suffixes := map[string]int{}, map[string]bool{}
	for i, j := range jobs {
		g.Expect(len(j.ids)).To(BeNumerically("<=", mostAtOnce))
		g.Expect(i == 0 || j.controllers >= jobs[i-1].controllers).To(BeTrue(), "the driver is deployed once for every number of controllers")
		suffixes[j.suffix] = true
		for _, id := range j.ids {
			told[j.String()+" "+string(id)]++
			g.Expect(j.company == outages).To(Equal(id == "RES-001"))
		}
	}
	g.Expect(suffixes).To(HaveLen(len(jobs)))
	for _, pair := range []string{"slow PROV-012", "answers-lost-twice RES-001", "slow SNAP-001", "snapshot-ready-later SNAP-001", "two-controllers RES-001", "two-controllers SNAP-001"} {
		g.Expect(told).To(HaveKeyWithValue(pair, 1))
	}
	for pair := range told {
		g.Expect(pair).NotTo(ContainSubstring("BIND-001"), "a class without a driver varies nothing")
	}
	g.Expect(told).NotTo(HaveKey("snapshot-ready-later PROV-001"))
	g.Expect(told).NotTo(HaveKey("slow RES-001"), "what kills is run where it is asked for")
}

func TestEveryNeedOfAVariationIsACapability(t *testing.T) {
	known := append(catalogue.Claims(), catalogue.Driver, catalogue.Disruption, catalogue.ImmediateBinding)
	for _, v := range variation.All() {
		for _, need := range v.Needs {
			NewWithT(t).Expect(known).To(ContainElement(catalogue.Capability(need)), v.Name)
		}
	}
}

func TestTheFocusOfVariations(t *testing.T) {
	g := NewWithT(t)
	pairs := func(focus ...string) (all []string) {
		jobs, err := varied(catalogued(), focus)
		g.Expect(err).NotTo(HaveOccurred())
		for _, j := range jobs {
			for _, id := range j.ids {
				all = append(all, j.String()+" "+string(id))
			}
		}
		return all
	}
	g.Expect(pairs("snapshot-ready-later")).To(Equal([]string{"snapshot-ready-later SNAP-001"}))
	g.Expect(pairs("slow", "SNAP-001")).To(Equal([]string{"slow SNAP-001"}))
	g.Expect(pairs("PROV-002")).To(ConsistOf("answers-lost-twice PROV-002", "larger-than-asked PROV-002", "other-words PROV-002", "slow PROV-002"))
	for _, focus := range [][]string{{"BIND-001"}, {"slowest"}, {"snapshot-ready-later", "PROV-001"}} {
		_, err := varied(catalogued(), focus)
		g.Expect(err).To(BeAssignableToTypeOf(UnmatchedVariation("")))
	}
}

// TestVary runs stand-ins for the suites, of which one condemns what is slow.
func TestVary(t *testing.T) {
	g := NewWithT(t)
	s := &suites{catalogue: catalogued(), disturbs: "RES-001", breaks: map[string]bool{"slow PROV-003": true}}
	var deployed []int
	deploy := func(_ context.Context, n int) error { deployed = append(deployed, n); return nil }
	o := Options{Requirements: catalogued(), Lab: lab.Config{Budgets: subject.Default()}, Beside: 3, Dir: t.TempDir(), Out: &bytes.Buffer{},
		Pass: func(ctx context.Context, dir, filter string, cfg lab.Config) (verdict.Record, error) {
			g.Expect(cfg.Budgets).To(Equal(subject.Default()), "who is slow and right is not hurried")
			return s.pass(ctx, dir, filter, cfg)
		}}
	table, err := Vary(t.Context(), o, deploy)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(deployed).To(Equal([]int{0, 2}))
	g.Expect(table.Of(variations.Inconclusive)).To(BeZero())
	g.Expect(table.ExitCode()).To(Equal(1))
	for _, row := range table.Rows {
		g.Expect(row.Outcome == variations.Condemned).To(Equal(row.Variation == "slow" && row.Requirement == "PROV-003"), "%+v", row)
		g.Expect(row.Varies).NotTo(BeEmpty())
	}
	asked := map[string]bool{}
	for _, cfg := range s.passes {
		asked[cfg.Parameters[variation.Parameter]] = true
	}
	g.Expect(asked).To(HaveLen(len(variation.All())), "each of the calls, and none for two controllers")
	g.Expect(asked).To(HaveKey(""))
	g.Expect(WriteVariations(table, o.Dir)).To(Succeed())

	_, err = Vary(t.Context(), o, func(context.Context, int) error { return errors.New("no room") })
	g.Expect(err).To(MatchError(And(ContainSubstring("no room"), ContainSubstring("deploying the driver"))))
	o.Focus = []string{strings.Repeat("x", 3)}
	_, err = Vary(t.Context(), o, deploy)
	g.Expect(err).To(MatchError(ContainSubstring(`found "xxx"`)))
}
