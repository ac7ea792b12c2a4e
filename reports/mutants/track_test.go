package mutants_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	. "github.com/onsi/gomega"

	"csicert/reports/mutants"
	"csicert/reports/verdict"
)

func TestTrackReadsWhatMarkdownWrites(t *testing.T) {
	g := NewWithT(t)
	page, err := os.ReadFile(filepath.Join("..", "testdata", "mutants.md"))
	g.Expect(err).NotTo(HaveOccurred())
	later := "\n| LOCAL-003 again | `affinity-removed` | x | killed | `make` |\n"
	g.Expect(mutants.Track(string(page) + later)).To(Equal([]verdict.Proven{
		{Requirement: "LOCAL-001", Mutant: "affinity-removed", Outcome: "killed"},
		{Requirement: "LOCAL-002", Mutant: "affinity-removed", Outcome: "survived"},
		{Requirement: "LOCAL-003", Mutant: "affinity-removed", Outcome: "killed"}}))
	g.Expect(mutants.Track("# words only\n| requirement | mutant |\n")).To(BeEmpty())
}

// The page that the binary carries is written by hand between its tables.
func TestTrackReadsTheProjectsOwnPage(t *testing.T) {
	g := NewWithT(t)
	page, err := os.ReadFile(filepath.Join("..", "..", "suites", "MUTANTS.md"))
	g.Expect(err).NotTo(HaveOccurred())
	track, err := mutants.Track(string(page))
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(len(track)).To(BeNumerically(">", 100))
}

func TestRowThatIsNone(t *testing.T) {
	g := NewWithT(t)
	_, err := mutants.Track("words\n| LOCAL-001 x | `m` | y | slain | `make` |")
	g.Expect(err).To(MatchError(ContainSubstring(`line 2: found "| LOCAL-001 x`)))
	var bad interface{ BadInput() bool }
	g.Expect(errors.As(err, &bad) && bad.BadInput()).To(BeTrue())
}
