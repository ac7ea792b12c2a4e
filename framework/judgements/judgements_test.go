package judgements

import (
	"os"
	"path/filepath"
	"testing"

	. "github.com/onsi/gomega"
)

const spec = `package snapshot

import "regexp"

var form = regexp.MustCompile("x")

var _ = verify.That(Holds, func(ctx context.Context, bench *lab.Bench) {
	pod.Reach(ctx, witness.Run())
	pod.Must(ctx,
		witness.Run())
	Expect(bench.Digest(ctx, pod)).
		To(witness.HoldExactly(written))
	claim.Throughout(ctx, witness.BeThere(), func() { bench.Retire(ctx, pod) })
	claim.Vanish(ctx)
})
`

func TestJudgementsAreTheVerbsThatFailASpec(t *testing.T) {
	g := NewWithT(t)
	checkout := t.TempDir()
	folder := filepath.Join(checkout, "suites", "snapshot")
	g.Expect(os.MkdirAll(folder, 0o700)).To(Succeed())
	g.Expect(os.WriteFile(filepath.Join(folder, "holds.go"), []byte(spec), 0o600)).To(Succeed())
	g.Expect(os.WriteFile(filepath.Join(folder, "holds_test.go"), []byte(spec), 0o600)).To(Succeed())
	all, err := Of(checkout)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(all).To(ConsistOf(
		Judgement{"suites/snapshot/holds.go:9", "Must"},
		Judgement{"suites/snapshot/holds.go:12", "To"},
		Judgement{"suites/snapshot/holds.go:13", "Throughout"},
		Judgement{"suites/snapshot/holds.go:14", "Vanish"},
	))
	g.Expect(Drafts(all, []string{"suites/snapshot/holds.go:12", "suites/snapshot/holds.go:9", "suites/snapshot/holds.go:13"})).To(ConsistOf(
		Judgement{"suites/snapshot/holds.go:14", "Vanish"}))
	g.Expect(os.WriteFile(filepath.Join(folder, "broken.go"), []byte("no Go"), 0o600)).To(Succeed())
	_, err = Of(checkout)
	g.Expect(err).To(MatchError(ContainSubstring("broken.go")))
}

func TestEverySpecOfTheProjectHasJudgements(t *testing.T) {
	g := NewWithT(t)
	all, err := Of(filepath.Join("..", ".."))
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(len(all)).To(BeNumerically(">", 167), "there are at least as many as requirements")
}
