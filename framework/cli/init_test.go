package cli

import (
	"os"
	"path/filepath"
	"testing"

	. "github.com/onsi/gomega"
)

func TestADefinitionIsWrittenOverOnlyByForce(t *testing.T) {
	g := NewWithT(t)
	file := filepath.Join(t.TempDir(), "d.yaml")
	g.Expect(writeNew(file, "longer than the next", false)).To(Succeed())
	g.Expect(writeNew(file, "next", false)).To(MatchError(ContainSubstring("which is there")))
	g.Expect(writeNew(file, "next", true)).To(Succeed())
	g.Expect(os.ReadFile(file)).To(BeEquivalentTo("next"))
	g.Expect(writeNew(filepath.Join(file, "below"), "x", true)).To(MatchError(ContainSubstring("a file that can be written")))
}
