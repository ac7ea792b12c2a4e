package judges

import (
	"flag"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
)

var all = flag.Bool("judges.all", false, "make every edit, not only those of each make test")

// fewest is how many ways of breaking a judge must be known.
const fewest = 30

// TestEditsApply finds an edit that no longer fits its source, which would otherwise be known only by `make judges`.
func TestEditsApply(t *testing.T) {
	g := NewWithT(t)
	at, err := root()
	g.Expect(err).NotTo(HaveOccurred())
	told, often := map[string]bool{}, 0
	for judge, of := range edits() {
		g.Expect(of).NotTo(BeEmpty(), judge)
		for _, e := range of {
			text, err := e.apply(at)
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(text).NotTo(BeEmpty())
			g.Expect(e.broken).NotTo(Equal(e.was), e.wrong)
			g.Expect(told[e.wrong]).To(BeFalse(), "twice: "+e.wrong)
			g.Expect(e.wrong).To(MatchRegexp(`^[a-z].{15,}[^.]$`), "one sentence, lower case, no full stop")
			g.Expect(e.test).To(MatchRegexp(`^Test\w+(/\S+)?$`), e.wrong)
			told[e.wrong] = true
			if e.often {
				often++
			}
		}
	}
	g.Expect(len(told)).To(BeNumerically(">=", fewest))
	g.Expect(often).To(BeNumerically(">=", 8))
}

// TestEveryMatcherIsBroken: a matcher without an edit is one that nobody has seen to fail.
func TestEveryMatcherIsBroken(t *testing.T) {
	g := NewWithT(t)
	at, err := root()
	g.Expect(err).NotTo(HaveOccurred())
	files, err := filepath.Glob(filepath.Join(at, "framework/witness/*.go"))
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(files).NotTo(BeEmpty())
	broken := map[string]bool{}
	for _, e := range edits()["matchers"] {
		broken[filepath.Base(e.file)] = true
	}
	for _, f := range files {
		if !strings.HasSuffix(f, "_test.go") {
			g.Expect(broken).To(HaveKey(filepath.Base(f)))
		}
	}
}

func TestBrokenJudgesAreNoticed(t *testing.T) {
	at, err := root()
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	sound := map[string]string{} // package: its test program without an edit
	honest := map[string]bool{}  // tests that passed there
	folder := t.TempDir()
	for judge, of := range edits() {
		for i, e := range of {
			if !*all && !e.often {
				continue
			}
			t.Run(fmt.Sprintf("%s %d %s", judge, i+1, e.wrong), func(t *testing.T) {
				g := NewWithT(t)
				if sound[e.pkg()] == "" {
					program := filepath.Join(folder, strings.ReplaceAll(e.pkg(), "/", "-"))
					g.Expect(compile(t.Context(), at, program, e.pkg())).To(Succeed())
					sound[e.pkg()] = program
				}
				if test := e.pkg() + " " + e.test; !honest[test] {
					passes, err := e.passes(t.Context(), at, sound[e.pkg()])
					g.Expect(err).NotTo(HaveOccurred())
					g.Expect(passes).To(BeTrue(), "%s fails without the edit: it would prove nothing", e.test)
					honest[test] = true
				}
				program, err := e.build(t.Context(), at, t.TempDir())
				g.Expect(err).NotTo(HaveOccurred())
				survived, err := e.passes(t.Context(), at, program)
				g.Expect(err).NotTo(HaveOccurred())
				g.Expect(survived).To(BeFalse(), "%s passes although %s", e.test, e.wrong)
				t.Logf("noticed by %s of %s", e.test, e.pkg())
			})
		}
	}
}

// The tool itself: what it must not take for a kill.
func TestWhatIsNoKill(t *testing.T) {
	g := NewWithT(t)
	at, err := root()
	g.Expect(err).NotTo(HaveOccurred())
	sound := edit{file: "framework/payload/diff.go", was: "// Aspect is a set of", broken: "// Aspect is one set of", test: "TestOrderIsOfNoMatter"}
	program, err := sound.build(t.Context(), at, t.TempDir())
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(sound.passes(t.Context(), at, program)).To(BeTrue(), "an edit that changes nothing survives")

	nowhere := sound
	nowhere.test = "TestNoSuch"
	_, err = nowhere.passes(t.Context(), at, program)
	g.Expect(err).To(MatchError(ContainSubstring("found no such test")))
	_, err = sound.passes(t.Context(), at, "/bin/false")
	g.Expect(err).To(HaveOccurred(), "a program that says nothing has not judged")

	spoilt := sound
	spoilt.broken = "is no Go"
	_, err = spoilt.build(t.Context(), at, t.TempDir())
	g.Expect(err).To(MatchError(MatchRegexp(`syntax error`)))
	for text, times := range map[string]string{"nowhere in it": "0", "func ": `\d`} {
		spoilt.was = text
		_, err = spoilt.apply(at)
		g.Expect(err).To(MatchError(MatchRegexp("found the text " + times + " times, accepted is once")))
	}
}
