package bench

import (
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"csicert/reports/verdict"
)

func TestTableShowsMediansAndRanges(t *testing.T) {
	g := NewWithT(t)
	sample := func(suites float64, requests int, mib int64) Sample {
		return Sample{Phases: []verdict.Phase{{Name: "suites", Seconds: suites}}, Total: suites + 10, Suites: suites, Judged: 10, Requests: requests, PeakMemory: mib << 20}
	}
	var b strings.Builder
	g.Expect(Markdown(&b, []Sample{sample(60, 100, 3), sample(20, 90, 1), sample(30, 80, 2)})).To(Succeed())
	g.Expect(b.String()).To(And(
		ContainSubstring("Medians of 3 runs"),
		ContainSubstring("| suites | s | 30.0 | 20.0 to 60.0 |"),
		ContainSubstring("| total | s | 40.0 | 30.0 to 70.0 |"),
		ContainSubstring("| specs per minute |  | 20.0 | 10.0 to 30.0 |"),
		ContainSubstring("| API requests per spec |  | 9.0 | 8.0 to 10.0 |"),
		ContainSubstring("| peak memory of the harness | MiB | 2.0 | 1.0 to 3.0 |"),
	))
}

func TestMedianOfAnEvenNumber(t *testing.T) {
	NewWithT(t).Expect(median([]float64{4, 1, 3, 2})).To(Equal(2.5))
}

func TestSampleCountsWhatWasJudged(t *testing.T) {
	g := NewWithT(t)
	began := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	v := verdict.Verdict{Areas: []verdict.Area{{Results: []verdict.Result{
		{Status: verdict.Pass, Requests: 5}, {Status: verdict.Warn, Requests: 7}, {Status: verdict.Skipped, Requests: 1000}}}}}
	v.Run = verdict.Record{Started: began, Ended: began.Add(90 * time.Second), PeakMemoryBytes: 9,
		Phases: []verdict.Phase{{Name: "cluster", Seconds: 40}, {Name: "suites", Seconds: 50}}}
	s := Of(v)
	g.Expect([]any{s.Judged, s.Requests, s.Total, s.Suites, s.PeakMemory}).To(Equal([]any{2, 12, 90.0, 50.0, int64(9)}))
}
