package verdict

import "strings"

// expectation takes a failure message of the lab apart: a line that begins "expected: " or "observed: ", each
// with continuation lines indented by two spaces. A message without an observed line is an observation as a whole.
func expectation(message string) (expected, observed string) {
	message = strings.TrimSpace(Plain(message))
	var parts [2][]string
	current, blanks := -1, 0
	for line := range strings.SplitSeq(message, "\n") {
		head, continued := -1, ""
		if rest, ok := strings.CutPrefix(line, "expected:"); ok {
			head, continued = 0, rest
		} else if rest, ok := strings.CutPrefix(line, "observed:"); ok {
			head, continued = 1, rest
		}
		switch rest, indented := strings.CutPrefix(line, "  "); {
		case head >= 0:
			current, blanks = head, 0
			if text := strings.TrimSpace(continued); text != "" {
				parts[current] = append(parts[current], text)
			}
		case current < 0:
		case line == "":
			blanks++ // belongs to the part only if the part goes on behind it
		case indented:
			for ; blanks > 0; blanks-- {
				parts[current] = append(parts[current], "")
			}
			parts[current] = append(parts[current], rest)
		default:
			current, blanks = -1, 0
		}
	}
	expected, observed = strings.Join(parts[0], "\n"), strings.Join(parts[1], "\n")
	if observed == "" {
		return expected, message
	}
	return expected, observed
}
