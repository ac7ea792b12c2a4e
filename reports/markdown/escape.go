package markdown

import (
	"strings"

	"csicert/reports/verdict"
)

// Text makes a text one line of Markdown that shows it as it is: no markup, no HTML, nobody mentioned, no cell ended.
func Text(text string) string {
	line := []rune(oneLine(text))
	var b strings.Builder
	for i, r := range line {
		switch r {
		case ':':
			if i+1 < len(line) && line[i+1] != ' ' {
				b.WriteString("&#58;") // neither an address nor an emoji
				continue
			}
		case '\\', '`', '*', '_', '[', ']', '#', '|', '~', '!', '$':
			b.WriteRune('\\')
		}
		b.WriteString(entity(r))
	}
	return b.String()
}

// HTML is the same for a line inside HTML elements, where Markdown's own escapes would be shown.
func HTML(text string) string {
	var b strings.Builder
	for _, r := range oneLine(text) {
		b.WriteString(entity(r))
	}
	return b.String()
}

func entity(r rune) string {
	switch r {
	case '&':
		return "&amp;"
	case '<':
		return "&lt;"
	case '>':
		return "&gt;"
	case '@':
		return "&#64;"
	}
	return string(r)
}

func oneLine(text string) string {
	return strings.Join(strings.Fields(straight(text)), " ")
}

// straight is plain text without what turns the direction of writing round.
func straight(text string) string {
	return strings.Map(func(r rune) rune {
		if (r >= 0x202a && r <= 0x202e) || (r >= 0x2066 && r <= 0x2069) {
			return '\uFFFD'
		}
		return r
	}, verdict.Plain(text))
}

// Block is a text as a block of code, whatever fences are in it.
func Block(text string, limit int) string {
	text = strings.TrimSpace(straight(text))
	if runes := []rune(text); len(runes) > limit {
		text = string(runes[:limit]) + "\n... (the report has the rest)"
	}
	fence := "```"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	return fence + "text\n" + text + "\n" + fence + "\n"
}
