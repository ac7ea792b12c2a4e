package run

import (
	"errors"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"csicert/framework/catalogue"
)

func requirements() []catalogue.Requirement {
	return []catalogue.Requirement{{ID: "LOCAL-002"}, {ID: "BIND-001", Level: catalogue.Should}, {ID: "LOCAL-001"}}
}

func TestLiteralsOfAFilter(t *testing.T) {
	for filter, want := range map[string][]string{
		"LOCAL-001":                            {"LOCAL-001"},
		"area:LOCAL && !LOCAL-003":             {"area:LOCAL", "LOCAL-003"},
		"(level:MUST||a),b , c":                {"level:MUST", "a", "b", "c"},
		"/^LOCAL, .*/ || BIND-001":             {"BIND-001"},
		"!/x/":                                 nil,
		"area: containsAny {LOCAL, BIND} && x": {"area:LOCAL", "area:BIND", "x"},
		"x && area: consistsOf LOCAL":          {"x", "area:LOCAL"},
		"area: isEmpty || x":                   {"area:", "x"},
	} {
		NewWithT(t).Expect(literals(filter)).To(Equal(want), filter)
	}
}

func TestFilterJoinsFocusAndLabels(t *testing.T) {
	g := NewWithT(t)
	o := Options{Requirements: requirements(), Focus: "LOCAL-001", LabelFilter: "level:MUST, area:BIND"}
	g.Expect(o.filter()).To(Equal("LOCAL-001 && (level:MUST, area:BIND)"))
	g.Expect(Options{Requirements: requirements(), Focus: "LOCAL-001"}.filter()).To(Equal("LOCAL-001"))
	g.Expect(Options{Requirements: requirements()}.filter()).To(BeEmpty())
}

func TestBadFiltersSayWhatIsAccepted(t *testing.T) {
	for name, c := range map[string]struct {
		o    Options
		says string
	}{
		"unknown ID":        {Options{Focus: "LOCAL-009"}, `--focus: found "LOCAL-009"; accepted: the ID of a requirement: LOCAL-001 to LOCAL-002, BIND-001 to BIND-001`},
		"ID in lower case":  {Options{Focus: "local-001"}, `--focus: found "local-001"`},
		"unknown label":     {Options{LabelFilter: "area:LOCL"}, `the label "area:LOCL", which no requirement has; accepted: area:BIND, area:LOCAL, level:MUST, level:SHOULD`},
		"unknown in a set":  {Options{LabelFilter: "area: containsAny {LOCAL, X}"}, `the label "area:X"`},
		"unknown set":       {Options{LabelFilter: "aria: isEmpty"}, `the label "aria:"`},
		"syntax":            {Options{LabelFilter: "level:MUST && ("}, `--label-filter: found "level:MUST && (", which cannot be parsed`},
		"nothing selected":  {Options{LabelFilter: "area:BIND && level:MUST"}, "which selects none of the 3 requirements"},
		"nothing in common": {Options{Focus: "LOCAL-001", LabelFilter: "area:BIND"}, "which selects none of the 3 requirements"},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			c.o.Requirements = requirements()
			_, err := c.o.filter()
			g.Expect(err).To(MatchError(And(ContainSubstring(c.says), Not(ContainSubstring("\x1b")))))
			var bad interface{ BadInput() bool }
			g.Expect(errors.As(err, &bad) && bad.BadInput()).To(BeTrue())
		})
	}
}

func TestIDIsALabelAndNamesAFolder(t *testing.T) {
	g := NewWithT(t)
	at := time.Date(2026, 11, 24, 5, 6, 7, 0, time.FixedZone("", 3600))
	one, err := newID(at)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(one).To(MatchRegexp(`^261124-040607-[0-9a-f]{4}$`))
	g.Expect(FindRecord("out", one)).To(Equal("out/runs/" + one + "/record.json"))
	g.Expect(FindRecord("out", "latest")).To(Equal("out/latest/record.json"))
	g.Expect(FindRecord("out", "../x")).To(Equal("../x"), "no ID: a path as the user gave it")
}

func TestRerunNamesWhatDiffersFromTheDefault(t *testing.T) {
	g := NewWithT(t)
	rerun := func(o Options) string { return (&Session{Options: o}).rerun(7) }
	g.Expect(rerun(Options{Shape: DefaultShape})).To(Equal("make e2e FOCUS=%s SEED=7"))
	g.Expect(rerun(Options{Shape: "my zones.yaml"})).To(Equal("make e2e FOCUS=%s SEED=7 SHAPE='my zones.yaml'"))
	g.Expect(rerun(Options{Shape: DefaultShape, Reuse: "dev"})).To(Equal("make e2e FOCUS=%s SEED=7 REUSE=dev"))
	g.Expect(rerun(Options{Kubeconfig: "k", Context: "c", AgentImage: "a:1"})).To(
		Equal("csicert e2e --focus %s --seed 7 --kubeconfig k --context c --agent-image a:1"))
}
