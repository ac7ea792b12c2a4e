package statement_test

import (
	"testing"

	. "github.com/onsi/gomega"

	"csicert/reports/internal/recorded"
)

func TestKnownFailuresAreMarked(t *testing.T) {
	g := NewWithT(t)
	told := write(t, of(t, recorded.Known()))
	g.Expect(told).To(ContainSubstring("conclusion: 'not conformant: known failures only'"))
	g.Expect(told).To(ContainSubstring("    failed:\n      - LOCAL-001\n"))
	g.Expect(told).To(ContainSubstring("known:\n  - id: LOCAL-001\n    outcome: fail\n    reason: <b>it leaks</b>\n    link: https://example.com/7\n    expires: \"2026-05-04\"\n  - id: LOCAL-002\n    outcome: pass\n"))
}
