package html_test

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	"golang.org/x/net/html"

	"csicert/reports/internal/recorded"
)

// skeleton is a page without its words: elements and the names of their attributes. IDs, classes and lengths follow the
// record and are left out.
func skeleton(t *testing.T, page string) (elements []string, attributes map[string][]string) {
	t.Helper()
	attributes = map[string][]string{}
	z := html.NewTokenizer(strings.NewReader(page))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return elements, attributes
		case html.StartTagToken, html.SelfClosingTagToken:
			token := z.Token()
			words := []string{token.Data}
			for _, a := range token.Attr {
				words = append(words, a.Key)
				attributes[a.Key] = append(attributes[a.Key], a.Val)
			}
			elements = append(elements, strings.Join(words, " "))
		}
	}
}

func TestPageLoadsNothing(t *testing.T) {
	g := NewWithT(t)
	page := write(t, recorded.Told())
	elements, attributes := skeleton(t, page)
	g.Expect(len(elements)).To(BeNumerically(">", 300))
	for _, loading := range []string{"src", "srcset", "data", "action", "formaction", "poster", "background", "xlink:href", "ping", "style", "integrity", "manifest"} {
		g.Expect(attributes).NotTo(HaveKey(loading))
	}
	for _, target := range attributes["href"] {
		g.Expect(target).To(HavePrefix("#"))
	}
	for _, element := range elements {
		name, _, _ := strings.Cut(element, " ")
		g.Expect(name).NotTo(BeElementOf("link", "img", "iframe", "object", "embed", "base", "image", "use", "video", "audio", "font"))
	}
	g.Expect(regexp.MustCompile(`(?i)@import|url\s*\(|https?://|fetch\(|XMLHttpRequest|WebSocket|EventSource|sendBeacon|import\(`).FindString(page)).To(BeEmpty())
	g.Expect(page).To(ContainSubstring(`content="default-src &#39;none&#39;; style-src &#39;sha256-`))
	for _, id := range attributes["href"] {
		g.Expect(attributes["id"]).To(ContainElement(id[1:]), "every link leads somewhere")
	}
}

// Whatever a text says, the page has no element with other attributes than it has with harmless words.
func TestTextsAreNeverMarkup(t *testing.T) {
	g := NewWithT(t)
	once := func(elements []string) []string { slices.Sort(elements); return slices.Compact(elements) }
	harmless, _ := skeleton(t, write(t, recorded.Speaking("words")))
	harmless = once(harmless)
	for _, text := range recorded.Hostile() {
		page := write(t, recorded.Speaking(text))
		elements, attributes := skeleton(t, page)
		g.Expect(harmless).To(ContainElements(once(elements)), "%q", text)
		g.Expect(strings.Count(page, "<script")+strings.Count(page, "<style")).To(Equal(2), "%q", text)
		for name := range attributes {
			g.Expect(name).NotTo(HavePrefix("on"))
		}
		g.Expect(strings.ContainsAny(page, "\x00\x1b\x07\u202e\u2066")).To(BeFalse(), "%q", text)
		g.Expect(page).NotTo(ContainSubstring("alert(1)</script>"))
		g.Expect(page).NotTo(ContainSubstring("ZgotmplZ"), "the template refused a value")
		// The links' targets are the record's IDs, which the verdict has checked.
		for _, href := range attributes["href"] {
			g.Expect(href).To(MatchRegexp(`^#[A-Za-z0-9-]+$`))
		}
	}
	g.Expect(write(t, recorded.Speaking("<script>x"))).To(ContainSubstring("&lt;script&gt;x"), "and it is shown")
}

func TestLargeRunIsStillOnePage(t *testing.T) {
	g := NewWithT(t)
	r := recorded.Large(200)
	g.Expect(r.Requirements).To(HaveLen(200))
	began := time.Now()
	page := write(t, r)
	g.Expect(time.Since(began)).To(BeNumerically("<", 5*time.Second))
	g.Expect(len(page)).To(BeNumerically("<", 3<<20), "bytes that a browser has to parse before it shows the page")
	g.Expect(strings.Count(page, "<tr id=")).To(Equal(200))
	g.Expect(page).To(MatchRegexp(`The first \d+ characters are only in the record`))
}

func TestPageIsTheSameEachTime(t *testing.T) {
	first := write(t, recorded.Large(60))
	for range 5 {
		NewWithT(t).Expect(bytes.Equal([]byte(write(t, recorded.Large(60))), []byte(first))).To(BeTrue())
	}
}
