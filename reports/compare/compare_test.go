package compare_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/onsi/ginkgo/v2/types"
	. "github.com/onsi/gomega"

	"csicert/framework/catalogue"
	"csicert/reports/compare"
	"csicert/reports/internal/golden"
	"csicert/reports/internal/recorded"
	"csicert/reports/verdict"
)

func of(t *testing.T, earlier, later verdict.Record) compare.Comparison {
	t.Helper()
	c, err := compare.Of(earlier, later, compare.DefaultFactor)
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	return c
}

func restores(seconds float64, times int) (specs []types.SpecReport) {
	for i := range times {
		specs = append(specs, recorded.Spec(catalogue.ID("SNAP-00"+string(rune('1'+i))), recorded.Restored(seconds)))
	}
	return specs
}

func TestGolden(t *testing.T) {
	g := NewWithT(t)
	later := recorded.Run(append(restores(2, 6), recorded.Spec("LOCAL-002"), recorded.Spec("LOCAL-001", recorded.Failed("observed: a | b <c>")),
		recorded.Spec("LOCAL-003", recorded.Ended(types.SpecStateSkipped, types.NodeTypeIt, "x")), recorded.Spec("NEW-001"))...)
	later.ID, later.Cluster.Kubernetes = "20260505-120000-0001", "v1.38.0"
	earlier := recorded.Run(append(restores(0.5, 6), recorded.Mixed().Specs...)...)
	var out bytes.Buffer
	g.Expect(of(t, earlier, later).Write(&out)).To(Succeed())
	golden.Equal(t, "compare.md", out.String())
}

func TestOutcomes(t *testing.T) {
	skipped := []recorded.Option{recorded.Unmarked(), recorded.Ended(types.SpecStateSkipped, types.NodeTypeIt, "x"), recorded.Mark(catalogue.MarkSkipped, "x")}
	unsupported := []recorded.Option{recorded.Unmarked(), recorded.Ended(types.SpecStateSkipped, types.NodeTypeIt, "x"), recorded.Mark(catalogue.MarkUnsupported, "x")}
	failed, blocked := []recorded.Option{recorded.Failed("x")}, []recorded.Option{recorded.Failed("x"), recorded.Mark(catalogue.MarkBlocked, "x")}
	broken := []recorded.Option{recorded.Ended(types.SpecStatePanicked, types.NodeTypeIt, "x")}
	for _, c := range []struct {
		name     string
		was, is  []recorded.Option
		sentence string
		code     int
	}{
		{"broken", nil, failed, "1 worse", 1},
		{"mended", failed, nil, "0 worse, 1 better", 0},
		{"the same", failed, failed, "0 worse, 0 better, 0 otherwise, 1 the same", 0},
		{"no longer judged", nil, skipped, "1 worse", 1},
		{"no longer claimed", nil, unsupported, "1 worse", 1},
		{"claimed now", unsupported, nil, "0 worse, 1 better", 0},
		{"claimed and broken", unsupported, failed, "1 worse", 1},
		{"a failure that is no longer claimed", failed, unsupported, "0 worse, 0 better, 1 otherwise", 0},
		{"a failure that is blocked", failed, blocked, "0 worse, 0 better, 1 otherwise", 0},
		{"a failure in which the harness fails", failed, broken, "0 worse, 0 better, 1 otherwise", 0},
		{"skipped, then blocked", skipped, blocked, "1 worse", 1},
	} {
		g := NewWithT(t)
		found := of(t, recorded.Run(recorded.Spec("SNAP-001", c.was...)), recorded.Run(recorded.Spec("SNAP-001", c.is...)))
		g.Expect(found.Sentence()).To(HavePrefix(c.sentence), c.name)
		g.Expect(found.ExitCode()).To(Equal(c.code), c.name)
	}
}

func TestPaces(t *testing.T) {
	g := NewWithT(t)
	slow, quick := recorded.Run(restores(3, 6)...), recorded.Run(restores(1, 6)...)
	slower := of(t, quick, slow)
	g.Expect(slower.Slower).To(HaveLen(4))
	g.Expect(slower.Specs).To(HaveLen(6))
	g.Expect(slower.ExitCode()).To(Equal(2))
	g.Expect(of(t, slow, quick).Faster).To(HaveLen(4))
	g.Expect(of(t, slow, quick).ExitCode()).To(Equal(0))
	g.Expect(of(t, quick, quick).Slower).To(BeEmpty())

	few := of(t, recorded.Run(restores(1, 2)...), recorded.Run(restores(9, 2)...))
	g.Expect(few.Slower).To(BeEmpty(), "of a few samples a median says nothing")
	little := of(t, recorded.Run(restores(0.1, 6)...), recorded.Run(restores(0.18, 6)...))
	for _, p := range little.Slower {
		g.Expect(p.What).NotTo(Equal("snapshot to ready"), "the differences of hundredths of a second are the clock's")
	}
}

func TestWhatCannotBeCompared(t *testing.T) {
	sound, other := recorded.Run(recorded.Spec("SNAP-001")), recorded.Run(recorded.Spec("LOCAL-001"))
	dry := sound
	dry.DryRun = true
	for name, c := range map[string]struct {
		later  verdict.Record
		factor float64
		says   string
	}{
		"nothing in common": {other, 2, "found no requirement that both selected"},
		"no run":            {dry, 2, "judging the later run: run record: dryRun"},
		"no factor":         {sound, 1, "--slower: found 1; accepted: a number above 1"},
	} {
		_, err := compare.Of(sound, c.later, c.factor)
		g := NewWithT(t)
		g.Expect(err).To(MatchError(ContainSubstring(c.says)), name)
		var bad interface{ BadInput() bool }
		g.Expect(errors.As(err, &bad) && bad.BadInput()).To(BeTrue(), name)
	}
}

func TestTextsOfARunAreNoMarkup(t *testing.T) {
	for _, text := range recorded.Hostile() {
		var out bytes.Buffer
		c := of(t, recorded.Run(recorded.Spec("SNAP-001")), recorded.Speaking(text))
		NewWithT(t).Expect(c.Write(&out)).To(Succeed())
		NewWithT(t).Expect(strings.ContainsAny(out.String(), "<\x1b\x00\u202e")).To(BeFalse(), "%q", text)
	}
}
