package progress

import (
	"io"
	"os"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// Mode is how progress is told.
type Mode string

const (
	Auto  Mode = "auto"  // Live on a terminal of a person, else Plain
	Live  Mode = "live"  // a line that stays below what is told for good
	Plain Mode = "plain" // a line for each spec that ended
	JSON  Mode = "json"  // a JSON object for each event
	None  Mode = "none"  // nothing
)

// Modes are all there are.
func Modes() []Mode { return []Mode{Auto, Live, Plain, JSON, None} }

// Known tells whether there is such a mode.
func (m Mode) Known() bool { return slices.Contains(Modes(), m) }

// Style is what a display needs to know of where it writes.
type Style struct {
	Mode   Mode
	Colour bool
	UTF8   bool
	Width  func() int // columns
}

// StyleOf decides by where progress goes and by the environment: CI and TERM=dumb want no live line, NO_COLOR no
// colours, and a locale that is not UTF-8 no other characters than ASCII.
func StyleOf(mode Mode, out io.Writer, env func(string) string) Style {
	s := Style{Mode: mode, Width: func() int { return defaultWidth }}
	file, isFile := out.(*os.File)
	terminal := isFile && width(file) > 0
	if terminal {
		s.Width = func() int { return width(file) }
	}
	if mode == Auto {
		s.Mode = Plain
		ci := env("CI")
		if terminal && (ci == "" || ci == "false" || ci == "0") && env("TERM") != "dumb" && env("TERM") != "" {
			s.Mode = Live
		}
	}
	s.Colour = s.Mode == Live && terminal && env("NO_COLOR") == ""
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if locale := strings.ToLower(env(name)); locale != "" {
			s.UTF8 = strings.HasSuffix(locale, "utf-8") || strings.HasSuffix(locale, "utf8")
			break
		}
	}
	return s
}

const defaultWidth = 80

// width is 0 where the file is no terminal.
func width(file *os.File) int {
	size, err := unix.IoctlGetWinsize(int(file.Fd()), unix.TIOCGWINSZ)
	if err != nil {
		return 0
	}
	if size.Col == 0 {
		return defaultWidth
	}
	return int(size.Col)
}
