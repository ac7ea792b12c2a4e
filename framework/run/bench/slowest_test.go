package bench

import (
	"strings"
	"testing"

	. "github.com/onsi/gomega"
)

func TestWhereTheTimeWent(t *testing.T) {
	g := NewWithT(t)
	slow := func(seconds float64) Sample {
		return Sample{Specs: []Spec{
			{"A-001", 1, steps("  0.500s made claim a\n  1.000s pod runs\n")},
			{"A-002", seconds, steps("  0.500s made claim b\n  3.000s bound | ready\n   with more words\n  8.000s pod gone\n")}}}
	}
	var b strings.Builder
	g.Expect(Markdown(&b, []Sample{slow(9), slow(8), slow(30)})).To(Succeed())
	g.Expect(b.String()).To(ContainSubstring("| A-002 | 9.0 | 5.0 s: pod gone; 2.5 s: bound \\| ready |\n| A-001 | 1.0 | 0.5 s: made claim a; 0.5 s: pod runs |\n"))
	g.Expect(b.String()).To(ContainSubstring("| a spec, at the median | s | 5.0 |"))
}
