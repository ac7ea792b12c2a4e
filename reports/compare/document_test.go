package compare_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"testing"

	. "github.com/onsi/gomega"
	"sigs.k8s.io/yaml"

	"csicert/reports/compare"
	"csicert/reports/internal/recorded"
	"csicert/reports/verdict"
)

func as(t *testing.T, c compare.Comparison, format string) string {
	t.Helper()
	var out bytes.Buffer
	NewWithT(t).Expect(c.WriteAs(&out, format)).To(Succeed())
	return out.String()
}

func TestComparisonInEveryFormat(t *testing.T) {
	g := NewWithT(t)
	later := recorded.Run(append(restores(2, 6), recorded.Spec("LOCAL-001", recorded.Failed("observed: \x1b[2Jno")), recorded.Spec("NEW-001"))...)
	c := of(t, recorded.Run(append(restores(0.5, 6), recorded.Spec("LOCAL-001"))...), later)
	var fromJSON, fromYAML map[string]any
	g.Expect(json.Unmarshal([]byte(as(t, c, "json")), &fromJSON)).To(Succeed())
	g.Expect(yaml.Unmarshal([]byte(as(t, c, "yaml")), &fromYAML)).To(Succeed())
	g.Expect(fromYAML).To(Equal(fromJSON))
	g.Expect(fromJSON).To(HaveKeyWithValue("schema", compare.Schema))
	g.Expect(fromJSON).To(HaveKeyWithValue("exitCode", 1.0))
	g.Expect(fromJSON).To(HaveKeyWithValue("better", BeEmpty()), "a list, never null")
	g.Expect(fromJSON).To(HaveKeyWithValue("added", ConsistOf("NEW-001")))
	g.Expect(fromJSON).To(HaveKeyWithValue("worse", ConsistOf(And(HaveKeyWithValue("id", "LOCAL-001"), HaveKeyWithValue("old", "pass"), HaveKeyWithValue("new", "fail"), HaveKeyWithValue("reason", "no")))))
	g.Expect(fromJSON).To(HaveKeyWithValue("slower", ContainElement(HaveKeyWithValue("newSeconds", 2.0))))
	text := as(t, c, "text")
	g.Expect(text).To(MatchRegexp(`(?m)^  LOCAL-001 +MUST +fail, was pass +no$`))
	g.Expect(text).To(MatchRegexp(`(?m)^slower: median waits\n  .* +2\.00 s, was 0\.50 s$`))
	g.Expect(text).NotTo(ContainSubstring("\x1b"))
	g.Expect(as(t, c, "markdown")).To(HavePrefix("## csicert: "))

	err := c.WriteAs(&bytes.Buffer{}, "xml")
	g.Expect(err).To(MatchError(`--output: found "xml"; accepted: text, markdown, json, yaml`))
	var bad interface{ BadInput() bool }
	g.Expect(errors.As(err, &bad) && bad.BadInput()).To(BeTrue())
}

func TestKnownFailuresAreWorseAndDoNotGate(t *testing.T) {
	g := NewWithT(t)
	earlier := recorded.Run(recorded.Spec("LOCAL-001"), recorded.Spec("LOCAL-002"))
	later := recorded.Known()
	c := of(t, earlier, later)
	g.Expect(c.Worse).To(HaveLen(1))
	g.Expect(c.ExitCode()).To(Equal(0))
	g.Expect(as(t, c, "text")).To(ContainSubstring("known until 2026-05-04: <b>it leaks</b>"))
	g.Expect(as(t, c, "json")).To(ContainSubstring(`"known": {`))
	var page bytes.Buffer
	g.Expect(c.Write(&page)).To(Succeed())
	g.Expect(page.String()).To(ContainSubstring("known until 2026"))
	later.Baseline = &verdict.Baseline{}
	g.Expect(of(t, earlier, later).ExitCode()).To(Equal(1))
}
