package markdown_test

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"csicert/reports/internal/golden"
	"csicert/reports/internal/recorded"
	"csicert/reports/markdown"
	"csicert/reports/verdict"
)

func write(t *testing.T, r verdict.Record) string {
	t.Helper()
	g := NewWithT(t)
	v, err := verdict.Of(r)
	g.Expect(err).NotTo(HaveOccurred())
	var out bytes.Buffer
	g.Expect(markdown.Write(&out, v)).To(Succeed())
	return out.String()
}

func TestGolden(t *testing.T) {
	golden.Equal(t, "summary.md", write(t, recorded.Told()))
}

// outside is a page without its blocks of code, in which a text may stand as it is.
func outside(page string) string {
	var kept []string
	fence := ""
	for line := range strings.SplitSeq(page, "\n") {
		switch {
		case fence == "" && strings.HasPrefix(line, "```"):
			fence = strings.TrimSuffix(line, "text")
		case fence != "" && line == fence:
			fence = ""
		case fence == "":
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "\n")
}

func TestTextsAreNeverMarkup(t *testing.T) {
	g := NewWithT(t)
	for _, text := range append(recorded.Hostile(), "```\n</details><script>", "@somebody :boom: [x](y) ![z](q)", "| | |") {
		page := outside(write(t, recorded.Speaking(text)))
		page = regexp.MustCompile(`(?m)^<details><summary>.*$`).ReplaceAllStringFunc(page, func(line string) string {
			g.Expect(strings.Count(line, "<")).To(Equal(5), "of the text there is no element: %s", line)
			return "<details>"
		})
		for _, markup := range []string{"<script", "<img", "<svg", "onerror=alert(1)>", "\x1b", "\x00", "@some", "](", "\u202e"} {
			shown := strings.NewReplacer(`\]`, "", "<summary>", "").Replace(page)
			g.Expect(shown).NotTo(ContainSubstring(markup), "%q", text)
		}
		for line := range strings.SplitSeq(page, "\n") {
			if strings.HasPrefix(line, "| ") && strings.HasSuffix(line, " |") {
				g.Expect(strings.Count(strings.ReplaceAll(line, `\|`, ""), "|")).To(BeElementOf(9, 6), line)
			}
		}
		g.Expect(strings.Count(page, "<details>")).To(Equal(strings.Count(page, "</details>")))
	}
}

func TestLargeRunFitsIntoAJobsSummary(t *testing.T) {
	page := write(t, recorded.Large(900))
	NewWithT(t).Expect(len(page)).To(BeNumerically("<", 1<<20))
	NewWithT(t).Expect(strings.Count(page, "<details>")).To(Equal(40))
}
