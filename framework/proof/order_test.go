package proof

import (
	"context"
	"errors"
	"testing"

	. "github.com/onsi/gomega"

	"csicert/framework/catalogue"
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
