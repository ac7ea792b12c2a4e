package summary

import (
	"strings"
	"unicode/utf8"
)

// text writes a text behind a prefix, its further lines indented as deep as the prefix is wide. A word that is
// longer than a line stays whole, since it is a name or a path; the text's own indentation stays too.
func (p page) text(prefix, text string) {
	indent := strings.Repeat(" ", utf8.RuneCountInString(prefix))
	for paragraph := range strings.SplitSeq(strings.TrimRight(text, "\n"), "\n") {
		own := paragraph[:len(paragraph)-len(strings.TrimLeft(paragraph, " \t"))]
		line := prefix + own
		empty := true
		for _, word := range strings.Fields(paragraph) {
			if !empty && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > p.width {
				p.line("%s", line)
				line, empty = indent+own, true
			}
			if !empty {
				line += " "
			}
			line, empty = line+word, false
		}
		p.line("%s", strings.TrimRight(line, " "))
		prefix = indent
	}
}
