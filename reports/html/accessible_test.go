package html_test

import (
	"fmt"
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
	"golang.org/x/net/html"

	"csicert/reports/internal/recorded"
)

var (
	scheme = regexp.MustCompile(`(?s):root \{(.*?)\}`)
	colour = regexp.MustCompile(`--([a-z]+): #([0-9a-f]{6})`)
)

// luminance is WCAG 2's relative luminance of a colour of six hexadecimal digits.
func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	var sum float64
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(hex[2*i:2*i+2], 16, 8)
		NewWithT(t).Expect(err).NotTo(HaveOccurred())
		c := float64(n) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}

// Text needs a contrast of 4.5 to its ground, shapes that say something one of 3 (WCAG 2 level AA).
func TestContrast(t *testing.T) {
	g := NewWithT(t)
	style, err := os.ReadFile("style.css")
	g.Expect(err).NotTo(HaveOccurred())
	schemes := scheme.FindAllStringSubmatch(string(style), -1)
	g.Expect(schemes).To(HaveLen(3), "light, dark and paper")
	for i, s := range schemes {
		colours := map[string]float64{}
		for _, c := range colour.FindAllStringSubmatch(s[1], -1) {
			colours[c[1]] = luminance(t, c[2])
		}
		hold := func(front, back string, least float64) {
			g.Expect(colours).To(And(HaveKey(front), HaveKey(back)))
			light, dark := max(colours[front], colours[back]), min(colours[front], colours[back])
			g.Expect((light+0.05)/(dark+0.05)).To(BeNumerically(">=", least), fmt.Sprintf("scheme %d: %s on %s", i, front, back))
		}
		for _, ground := range []string{"page", "panel"} {
			for _, text := range []string{"text", "muted", "link", "pass", "warn", "blocked", "fail", "error", "none"} {
				hold(text, ground, 4.5)
			}
		}
		for _, shape := range []string{"waiting", "there", "ending", "lost", "call"} {
			hold("ink", shape, 4.5)
		}
		hold("dot", "page", 3)
		hold("lost", "page", 3)
	}
}

// What a screen reader needs: names of charts and fields, headers of tables, one first heading, and no way that only a mouse can go.
func TestPageCanBeReadAloud(t *testing.T) {
	g := NewWithT(t)
	page := write(t, recorded.Told())
	root, err := html.Parse(strings.NewReader(page))
	g.Expect(err).NotTo(HaveOccurred())
	seen := map[string]int{}
	ids := map[string]int{}
	var look func(n *html.Node, labelled bool)
	look = func(n *html.Node, labelled bool) {
		has := map[string]string{}
		for _, a := range n.Attr {
			has[a.Key] = a.Val
		}
		if n.Type == html.ElementNode {
			seen[n.Data]++
			if id := has["id"]; id != "" {
				ids[id]++
			}
		}
		labelled = labelled || n.Data == "label"
		switch {
		case n.Type != html.ElementNode:
		case n.Data == "svg":
			g.Expect(has["aria-label"] != "" || has["aria-hidden"] == "true").To(BeTrue(), "a drawing has a name or is passed over")
		case n.Data == "input" || n.Data == "select":
			g.Expect(labelled).To(BeTrue(), "field %s has a label", has["id"])
		case n.Data == "th":
			g.Expect(has["scope"]).To(BeElementOf("col", "row"))
		case has["class"] == "scroll":
			g.Expect(has["tabindex"]+has["role"]+has["aria-label"]).To(HavePrefix("0region"), "what scrolls can be reached by keyboard")
			g.Expect(has["aria-label"]).NotTo(BeEmpty())
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			look(c, labelled)
		}
	}
	look(root, false)
	g.Expect(seen["h1"]).To(Equal(1))
	g.Expect(seen["main"]).To(Equal(1))
	g.Expect(seen["svg"]).To(BeNumerically(">", 5))
	for id, times := range ids {
		g.Expect(times).To(Equal(1), "id %s", id)
	}
	g.Expect(page).To(ContainSubstring(`<html lang="en">`))
}
