package summary_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/onsi/ginkgo/v2/types"
	. "github.com/onsi/gomega"

	"csicert/framework/catalogue"
	"csicert/reports/internal/golden"
	"csicert/reports/internal/recorded"
	"csicert/reports/summary"
	"csicert/reports/verdict"
)

func write(t *testing.T, r verdict.Record, width int) string {
	t.Helper()
	g := NewWithT(t)
	v, err := verdict.Of(r)
	g.Expect(err).NotTo(HaveOccurred())
	var out bytes.Buffer
	g.Expect(summary.Write(&out, v, width)).To(Succeed())
	return out.String()
}

func TestGolden(t *testing.T) {
	golden.Equal(t, "summary.txt", write(t, recorded.Mixed(), 80))
}

func TestLastLine(t *testing.T) {
	before := types.SpecReport{LeafNodeType: types.NodeTypeBeforeSuite, State: types.SpecStateFailed}
	for _, c := range []struct {
		name string
		run  verdict.Record
		last string
	}{
		{"every status", recorded.Mixed(), "2 passed, 3 failed, 3 skipped"},
		{"all pass", recorded.Run(recorded.Spec("LOCAL-001")), "1 passed, 0 failed, 0 skipped"},
		{"the run as a whole failed", recorded.Run(recorded.Spec("LOCAL-001"), before), "1 passed, 1 failed, 0 skipped"},
	} {
		t.Run(c.name, func(t *testing.T) {
			lines := strings.Split(write(t, c.run, 80), "\n")
			NewWithT(t).Expect(lines[len(lines)-2:]).To(Equal([]string{c.last, ""}))
		})
	}
}

func TestReasonsAreGroupedAndSlowestComeFirst(t *testing.T) {
	g := NewWithT(t)
	skip := []recorded.Option{recorded.Ended(types.SpecStateSkipped, types.NodeTypeIt, "x"), recorded.Mark(catalogue.MarkSkipped, "one zone")}
	seconds := func(n int) recorded.Option {
		return func(s *types.SpecReport) { s.RunTime = time.Duration(n) * time.Second }
	}
	out := write(t, recorded.Run(recorded.Spec("TOPO-001", skip...), recorded.Spec("TOPO-003", skip...),
		recorded.Spec("TOPO-002", append(skip[:1:1], recorded.Mark(catalogue.MarkSkipped, "no rack"))...),
		recorded.Spec("LOCAL-001", seconds(2)), recorded.Spec("LOCAL-002", seconds(9)), recorded.Spec("LOCAL-003", seconds(4)),
		recorded.Spec("LOCAL-004", seconds(3)), recorded.Spec("LOCAL-005", seconds(5)), recorded.Spec("LOCAL-006", seconds(1))), 80)
	g.Expect(out).To(ContainSubstring("\nskipped\n  no rack: TOPO-002\n  one zone: TOPO-001, TOPO-003\n"))
	_, list, _ := strings.Cut(out, "\nslowest\n")
	var names []string
	for line := range strings.Lines(list) {
		if fields := strings.Fields(line); len(fields) > 0 && strings.Contains(fields[0], "-") {
			names = append(names, fields[0])
		}
	}
	g.Expect(names).To(Equal([]string{"LOCAL-002", "LOCAL-005", "LOCAL-003", "LOCAL-004", "LOCAL-001"}))
}

func TestLinesKeepToTheWidth(t *testing.T) {
	g := NewWithT(t)
	long := "observed: " + strings.Repeat("word ", 60) + "\n    indented " + strings.Repeat("é", 70)
	out := write(t, recorded.Run(recorded.Spec("LOCAL-001", recorded.Failed(long))), 60)
	for line := range strings.Lines(out) {
		if !strings.Contains(line, "é") { // a word that no line can hold stays whole
			g.Expect(utf8.RuneCountInString(strings.TrimSuffix(line, "\n"))).To(BeNumerically("<=", 60), line)
		}
	}
	g.Expect(out).To(ContainSubstring("\n                 " + strings.Repeat("é", 70) + "\n"))
	g.Expect(strings.Count(out, "word")).To(Equal(60))
}

type broken struct{}

var errBroken = errors.New("broken pipe")

func (broken) Write([]byte) (int, error) { return 0, errBroken }

func TestWriterThatFails(t *testing.T) {
	v, err := verdict.Of(recorded.Mixed())
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	NewWithT(t).Expect(summary.Write(broken{}, v, 80)).To(MatchError(errBroken))
}
