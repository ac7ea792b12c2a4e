package proof

import (
	"context"
	"errors"
	"testing"

	"github.com/onsi/ginkgo/v2/types"
	. "github.com/onsi/gomega"

	"csicert/driver/mutant"
	"csicert/framework/catalogue"
	"csicert/framework/lab"
)

func TestACrowdEndsWithTheOneThatItFills(t *testing.T) {
	g := NewWithT(t)
	ended := make(chan struct{})
	fills := make(chan job, 3)
	for _, name := range []string{"b", "c", "d"} {
		fills <- job{suffix: name}
	}
	close(fills)
	var ran []string
	g.Expect(crowd{of: fills, beside: 1, until: ended}.run(t.Context(), func(_ context.Context, j job) error {
		ran = append(ran, j.suffix)
		if j.suffix == "c" { // what it fills ends meanwhile
			close(ended)
		}
		return nil
	})).To(Succeed())
	g.Expect(ran).To(Equal([]string{"b", "c"}))
	g.Expect(fills).To(HaveLen(1), "what was not begun is left for the next crowd")
	failed := errors.New("no cluster")
	g.Expect(crowd{of: fills, beside: 2}.run(t.Context(), func(context.Context, job) error { return failed })).To(MatchError(failed))
	g.Expect(fills).To(BeEmpty())
}

func TestHonestPassesOfWhatUsesNoDriverAreShort(t *testing.T) {
	g := NewWithT(t)
	var all []catalogue.Requirement
	for range 2*mostIdle + 1 {
		all = append(all, requirement("BIND-001", nil, "x"))
	}
	var sizes []int
	for _, j := range plan(all, 2) {
		if j.mutant == "" {
			sizes = append(sizes, len(j.ids))
			g.Expect(j.company).To(Equal(driverless))
		}
	}
	g.Expect(sizes).To(Equal([]int{mostIdle, mostIdle, 1}))
}

// An outage may hinder another; what was judged is not judged again until it suits.
func TestWhatAnOutageHinderedIsTriedOnceMore(t *testing.T) {
	g := NewWithT(t)
	s := &suites{breaks: map[string]bool{"claim-shrunk BIND-001": true}}
	of := func(company company, name, id, suffix string) ended {
		record, err := s.pass(t.Context(), t.TempDir(), id, lab.Config{Labels: map[string]string{mutant.Label: name}})
		g.Expect(err).NotTo(HaveOccurred())
		return ended{job: job{mutant: name, company: company, suffix: suffix}, record: record, armed: true}
	}
	blocked := of(outages, "claim-shrunk", "BIND-001", "c")
	for i := range blocked.record.Specs {
		blocked.record.Specs[i].ReportEntries = append(blocked.record.Specs[i].ReportEntries, types.ReportEntry{Name: string(catalogue.MarkBlocked)})
	}
	elsewhere := blocked
	elsewhere.company = users
	results := []ended{of(outages, "claim-shrunk", "BIND-001", "a"), of(outages, "", "BIND-002", "b"), blocked, {job: job{company: outages, suffix: "ba"}}, elsewhere}
	again := hindered(&results)
	g.Expect(results).To(HaveLen(3), "the killed, the survivor, and who did not run beside outages")
	g.Expect(again).To(HaveLen(2))
	g.Expect([]string{again[0].suffix, again[1].suffix}).To(Equal([]string{"ac", "aba"}))
	g.Expect(hindered(&results)).To(BeEmpty())
}
