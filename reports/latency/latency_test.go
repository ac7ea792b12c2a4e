package latency_test

import (
	"testing"

	. "github.com/onsi/gomega"

	"csicert/framework/trace"
	"csicert/reports/internal/recorded"
	"csicert/reports/latency"
	"csicert/reports/verdict"
)

func TestDistributions(t *testing.T) {
	g := NewWithT(t)
	v, err := verdict.Of(recorded.Run(
		recorded.Spec("SNAP-001", recorded.Restored(2)), recorded.Spec("SNAP-002", recorded.Restored(1)),
		recorded.Spec("SNAP-003", recorded.Restored(9), recorded.Failed("observed: x")), recorded.Spec("LOCAL-001")))
	g.Expect(err).NotTo(HaveOccurred())
	all := latency.Of(v)
	var names []trace.Latency
	for _, d := range all {
		names = append(names, d.Latency)
	}
	g.Expect(names).To(Equal(trace.Latencies()))
	snapshots := all[1]
	g.Expect(snapshots.Samples).To(Equal([]latency.Sample{{"SNAP-002", "snap-002-snapshot-1", 1}, {"SNAP-001", "snap-001-snapshot-1", 2}}),
		"of the requirement that failed nothing counts")
	g.Expect(snapshots.Quantile(0.5)).To(Equal(1.5))
	g.Expect(snapshots.Quantile(0)).To(Equal(1.0))
	g.Expect(snapshots.Slowest().Seconds).To(Equal(2.0))

	old, err := verdict.Of(recorded.Run(recorded.Spec("LOCAL-001")))
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(latency.Of(old)).To(BeEmpty())
}
