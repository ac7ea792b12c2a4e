package summary_test

import (
	"testing"

	. "github.com/onsi/gomega"

	"csicert/reports/internal/recorded"
)

func TestKnownFailuresAreMarked(t *testing.T) {
	g := NewWithT(t)
	told := write(t, recorded.Known(), 100)
	g.Expect(told).To(HavePrefix("not conformant, and nothing new: 1 MUST of 2 requirements were not kept, all of them known:\nLOCAL-001; 1 known failures pass now"))
	g.Expect(told).To(ContainSubstring("KNOWN FAIL LOCAL-001\n  baseline:    known until 2026-05-04: <b>it leaks</b> (https://example.com/7)\n"))
	g.Expect(told).To(ContainSubstring("known failures that pass now: take them out of the baseline\n  LOCAL-002: known until 2027-01-31: it leaked (https://example.com/8)\n"))
	g.Expect(told).To(HaveSuffix("\n1 passed, 1 failed, 0 skipped\n"))
}
