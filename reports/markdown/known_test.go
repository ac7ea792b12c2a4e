package markdown_test

import (
	"testing"

	. "github.com/onsi/gomega"

	"csicert/reports/internal/recorded"
)

func TestKnownFailuresAreMarked(t *testing.T) {
	g := NewWithT(t)
	told := write(t, recorded.Known())
	g.Expect(told).To(ContainSubstring("<summary>known fail <b>LOCAL-001</b>"))
	g.Expect(told).To(MatchRegexp(`known until 2026-05-04: .*it leaks.*example`))
	g.Expect(told).To(ContainSubstring("- LOCAL-002 passes now, and is to be taken out of the baseline"))
	g.Expect(told).NotTo(ContainSubstring("<b>it leaks"), "the author's words are no markup")
}
