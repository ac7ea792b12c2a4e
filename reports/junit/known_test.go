package junit_test

import (
	"testing"

	. "github.com/onsi/gomega"

	"csicert/reports/internal/recorded"
)

func TestKnownFailuresAreMarked(t *testing.T) {
	g := NewWithT(t)
	told := write(t, recorded.Known())
	g.Expect(told).To(ContainSubstring(`<skipped message="known failure: none; known until 2026-05-04: &lt;b&gt;it leaks&lt;/b&gt; (https://example.com/7)" type="KnownFailure">`))
	for _, property := range []string{`name="known.reason" value="&lt;b&gt;it leaks&lt;/b&gt;"`, `name="known.link" value="https://example.com/7"`, `name="known.expires" value="2026-05-04"`,
		`name="status" value="FAIL"`, `name="known-failure-passes" value="LOCAL-002: known until 2027-01-31: it leaked (https://example.com/8)"`} {
		g.Expect(told).To(ContainSubstring("<property " + property))
	}
	g.Expect(told).To(ContainSubstring("observed: none"), "the failure is told as any other")
	g.Expect(told).NotTo(ContainSubstring("<failure"), "consumers gate on it")
}
