package suites_test

import (
	"fmt"
	"os"
	"regexp"
	"testing"

	. "github.com/onsi/gomega"

	"csicert/driver/variation"
)

// traps are those of which VARIATIONS.md has to tell what shows that no requirement falls into them.
const traps = 12

func TestThePageOfVariationsIsWhole(t *testing.T) {
	g := NewWithT(t)
	page, err := os.ReadFile("VARIATIONS.md")
	g.Expect(err).NotTo(HaveOccurred())
	known := map[string]bool{}
	for _, v := range variation.All() {
		g.Expect(string(page)).To(ContainSubstring(fmt.Sprintf("| `%s` | %s |", v.Name, v.Varies)))
		known[v.Name] = true
	}
	rows := regexp.MustCompile(`(?m)^\| (\d+)\. [^|]+ \| ([^|]+) \|$`).FindAllStringSubmatch(string(page), -1)
	g.Expect(rows).To(HaveLen(traps))
	for i, row := range rows {
		g.Expect(row[1]).To(Equal(fmt.Sprint(i + 1)))
		for _, name := range regexp.MustCompile("`([a-z]+(?:-[a-z]+)+|slow)`").FindAllStringSubmatch(row[2], -1) {
			g.Expect(known[name[1]] || name[1] == "fs-group").To(BeTrue(), "the page names %s", name[1])
		}
	}
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z-]+)` \\|").FindAllStringSubmatch(string(page), -1) {
		g.Expect(known[row[1]]).To(BeTrue(), "the page has a variation %s that there is not", row[1])
	}
}
