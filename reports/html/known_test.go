package html_test

import (
	"testing"

	. "github.com/onsi/gomega"

	"csicert/reports/internal/recorded"
)

func TestKnownFailuresAreMarked(t *testing.T) {
	g := NewWithT(t)
	told := write(t, recorded.Known())
	g.Expect(told).To(ContainSubstring("<h1>static local volumes: not conformant: known failures only</h1>"))
	g.Expect(told).To(ContainSubstring("<dt>Known</dt><dd><p>until 2026-05-04: &lt;b&gt;it leaks&lt;/b&gt;</p><p><code>https://example.com/7</code></p></dd>"))
	g.Expect(told).To(ContainSubstring("<li>LOCAL-002: known until 2027-01-31: it leaked (https://example.com/8)</li>"))
	g.Expect(told).To(ContainSubstring("known fail</span> LOCAL-001"))
}
