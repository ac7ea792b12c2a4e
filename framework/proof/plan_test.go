package proof

import (
	"errors"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"csicert/driver/fault"
	"csicert/driver/mutant"
	"csicert/framework/catalogue"
	"csicert/framework/lab"
	"csicert/framework/subject"
)

func requirement(id catalogue.ID, needs []catalogue.Capability, names ...string) catalogue.Requirement {
	r := catalogue.Requirement{ID: id, Needs: needs}
	for _, n := range names {
		r.Mutants = append(r.Mutants, catalogue.Mutant{Name: n})
	}
	return r
}

var (
	disturbing = []catalogue.Capability{catalogue.TwoNodes, catalogue.Disruption}
	some       = []catalogue.Requirement{
		requirement("BIND-001", nil, "x", "y"),
		requirement("BIND-002", nil),
		requirement("BIND-003", nil, "x"),
		requirement("LOCAL-001", disturbing, "x", "z"),
	}
)

func TestPlanDealsEveryPairOnceAndEverySpecOnceHonestly(t *testing.T) {
	g := NewWithT(t)
	jobs := plan(some, 2)
	told := map[string]int{}
	suffixes := map[string]bool{}
	for _, j := range jobs {
		g.Expect(suffixes[j.suffix]).To(BeFalse(), "two passes would share a namespace")
		suffixes[j.suffix] = true
		g.Expect(j.suffix).To(MatchRegexp(`^[a-z]+$`))
		for _, id := range j.ids {
			told[j.String()+" "+string(id)]++
			g.Expect(j.company == nodes).To(Equal(id == "LOCAL-001"), "what cordons nodes runs alone")
		}
	}
	g.Expect(told).To(Equal(map[string]int{
		"honest BIND-001": 1, "honest BIND-003": 1, "honest LOCAL-001": 1,
		"x BIND-001": 1, "x BIND-003": 1, "x LOCAL-001": 1, "y BIND-001": 1, "z LOCAL-001": 1,
	}))
	g.Expect(jobs[0].mutant).To(BeEmpty(), "the honest passes come first: a cluster that fails them fails early")
	g.Expect(job{ids: []catalogue.ID{"A-001", "B-002"}}.filter()).To(Equal("A-001 || B-002"))
	g.Expect([]string{letters(0), letters(25), letters(26), letters(53)}).To(Equal([]string{"a", "z", "ba", "cb"}))
}

// A long pass that is begun last runs alone at the end.
func TestLongPassesComeFirst(t *testing.T) {
	var order []string
	lasting := requirement("BIND-003", nil)
	lasting.Mutants = []catalogue.Mutant{{Name: "says-so", Long: true}}
	for _, j := range plan([]catalogue.Requirement{
		requirement("BIND-001", nil, "spoilt-at-2", "waits-long", "of-two"),
		requirement("BIND-002", nil, "of-two", "waits-too"),
		lasting,
	}, 1) {
		order = append(order, j.String())
	}
	NewWithT(t).Expect(order).To(Equal([]string{"honest", "says-so", "of-two", "waits-long", "waits-too", "spoilt-at-2"}))
}

func TestTheUsualProofTriesNothingFurther(t *testing.T) {
	was := requirement("BIND-001", nil, "x", "y")
	was.Mutants = append(was.Mutants, catalogue.AlsoSpoilt(2), catalogue.Spoilt(3))
	kept := usual([]catalogue.Requirement{was, requirement("BIND-002", nil, "z")})
	var names []string
	for _, r := range kept {
		for _, m := range r.Mutants {
			names = append(names, m.Name)
		}
	}
	NewWithT(t).Expect(names).To(Equal([]string{"x", "y", "spoilt-at-3", "z"}))
	NewWithT(t).Expect(was.Mutants).To(HaveLen(4), "the catalogue is not touched")
}

func TestFocus(t *testing.T) {
	g := NewWithT(t)
	pairs := func(focus ...string) []string {
		kept, err := focused(some, focus)
		g.Expect(err).NotTo(HaveOccurred())
		var all []string
		for _, r := range kept {
			for _, m := range r.Mutants {
				all = append(all, string(r.ID)+" "+m.Name)
			}
		}
		return all
	}
	g.Expect(pairs()).To(HaveLen(5))
	g.Expect(pairs("BIND-001")).To(Equal([]string{"BIND-001 x", "BIND-001 y"}))
	g.Expect(pairs("y")).To(Equal([]string{"BIND-001 y"}))
	g.Expect(pairs("y", "LOCAL-001")).To(Equal([]string{"BIND-001 y", "LOCAL-001 x", "LOCAL-001 z"}))
	g.Expect(pairs("BIND-003/x")).To(Equal([]string{"BIND-003 x"}), "the row alone, as the matrix prints it")
	g.Expect(pairs("BIND-001/x", "z")).To(Equal([]string{"BIND-001 x", "LOCAL-001 z"}))
	_, err := focused(some, []string{"BIND-003/y"})
	g.Expect(err).To(Equal(Unmatched("BIND-003/y")))
	g.Expect(some[0].Mutants).To(HaveLen(2), "the catalogue itself is left as it is")
	_, err = focused(some, []string{"x", "unheard-of"})
	g.Expect(err).To(Equal(Unmatched("unheard-of")))
	g.Expect(err.Error()).To(Equal(`--focus: found "unheard-of"; accepted: the ID of a requirement, the name of a mutant that one names, or both as ID/mutant`))
	g.Expect(Unmatched("").BadInput()).To(BeTrue())
}

func TestBadOptionsAreRefusedWithoutACluster(t *testing.T) {
	for message, o := range map[string]Options{
		"--haste: found -0.1; accepted: a number above 0 and up to 1":                                                      {Haste: -0.1},
		"--haste: found 1.5; accepted: a number above 0 and up to 1":                                                       {Haste: 1.5},
		"--beside: found 33; accepted: 1 to 32, or 0 for a number that suits the cores":                                    {Beside: 33},
		`--focus: found "x"; accepted: the ID of a requirement, the name of a mutant that one names, or both as ID/mutant`: {Focus: []string{"x"}},
	} {
		g := NewWithT(t)
		_, err := Run(t.Context(), o)
		g.Expect(err).To(MatchError(message))
		var bad interface{ BadInput() bool }
		g.Expect(errors.As(err, &bad)).To(BeTrue())
		g.Expect(bad.BadInput()).To(BeTrue())
	}
}

func TestShortenedLeavesWhatJudgesNothing(t *testing.T) {
	g := NewWithT(t)
	was := subject.Default()
	is := shortened(was, 0.5)
	g.Expect(is.Bind).To(Equal(was.Bind / 2))
	g.Expect([]time.Duration{is.Undo, is.Data}).To(Equal([]time.Duration{was.Undo, was.Data}))
	g.Expect(shortened(was, 0.1).Delete).To(Equal(was.Delete / 10))
	g.Expect(shortened(was, 1).Delete).To(BeNumerically("<", fault.Refusal), "else what is refused for a while passes for deleted in time")
}

func TestElsewhere(t *testing.T) {
	g := NewWithT(t)
	node := func(name, zone string) lab.Node { return lab.Node{Name: name, Host: name, Zone: zone} }
	g.Expect(elsewhere([]lab.Node{node("a1", "a"), node("a2", "a"), node("b1", "b")})).To(Equal(mutant.Places{
		Hosts: map[string]string{"a1": "b1", "a2": "b1", "b1": "a1"}, Zones: map[string]string{"a": "b", "b": "a"}}))
	g.Expect(elsewhere([]lab.Node{node("a1", "a"), node("a2", "a")}).Hosts).To(Equal(map[string]string{"a1": "a2", "a2": "a1"}))
	g.Expect(elsewhere([]lab.Node{node("a1", "a")})).To(Equal(mutant.Places{Hosts: map[string]string{}, Zones: map[string]string{}}))
}
