package html_test

import (
	"bytes"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"csicert/framework/catalogue"
	"csicert/reports/html"
	"csicert/reports/internal/golden"
	"csicert/reports/internal/recorded"
	"csicert/reports/verdict"
)

func write(t *testing.T, r verdict.Record) string {
	t.Helper()
	g := NewWithT(t)
	v, err := verdict.Of(r)
	g.Expect(err).NotTo(HaveOccurred())
	var out bytes.Buffer
	g.Expect(html.Write(&out, v)).To(Succeed())
	return out.String()
}

func TestGolden(t *testing.T) {
	golden.Equal(t, "report.html", write(t, recorded.Told()))
}

// A spec that waits in vain says nothing while it waits: the time line goes on until it gave up.
func TestTimeLineLastsUntilTheFailure(t *testing.T) {
	g := NewWithT(t)
	spec := recorded.Spec("SNAP-001", recorded.Failed("observed: nothing"), recorded.Mark(catalogue.MarkTimeline, "  0.100s created claim c"))
	spec.Failure.TimelineLocation.Time = spec.StartTime.Add(90 * time.Second)
	page := write(t, recorded.Run(spec))
	g.Expect(page).To(ContainSubstring(">80 s</text>"))
	g.Expect(page).To(ContainSubstring(`<span class="at">90.00 s</span> the spec ended: fail`))
}
