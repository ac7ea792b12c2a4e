package verdict

import (
	"regexp"
	"strings"
)

var escapes = regexp.MustCompile(`\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)?|[@-Z\\^_])`)

// Plain takes out of a text what neither a terminal's log nor XML 1.0 can hold: escape sequences, control
// characters, bytes that are no UTF-8. Line feeds and tabs stay.
func Plain(text string) string {
	text = escapes.ReplaceAllString(strings.ToValidUTF8(text, "\uFFFD"), "")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r < ' ' || (r >= 0x7f && r < 0xa0) || r == 0xfffe || r == 0xffff:
			return -1
		}
		return r
	}, text)
}

// FirstLine is the first line of a text that holds anything, cut to at most limit characters.
func FirstLine(text string, limit int) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	line = strings.TrimSpace(line)
	if runes := []rune(line); len(runes) > limit && limit > 3 {
		return strings.TrimSpace(string(runes[:limit-3])) + "..."
	}
	return line
}
