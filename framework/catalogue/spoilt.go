package catalogue

import (
	"fmt"
	"strconv"
	"strings"
)

const spoilt = "spoilt-at-"

// Spoilt is the mutant in which somebody spoils what the spec judges as its nth thing, counted from 1, at the last moment: puts
// a folder that nobody made among the data, deletes by force the object that has to be in a state, makes that again which had
// to go. It is for judgements that come after others, which catch a driver's defects first.
func Spoilt(nth int) Mutant {
	return Mutant{Name: spoilt + strconv.Itoa(nth), Wrong: fmt.Sprintf("somebody spoils what judgement %d looks at just before it does", nth)}
}

// AlsoSpoilt is Spoilt for a judgement that is not the spec's last: where it is missing, or the last is, that shows in another
// mutant, and a proof tries this one only when it is asked to try all.
func AlsoSpoilt(nth int) Mutant {
	m := Spoilt(nth)
	m.Further = true
	return m
}

// Nth tells which judgement the mutant spoils; 0 for other mutants.
func (m Mutant) Nth() int {
	number, is := strings.CutPrefix(m.Name, spoilt)
	nth, err := strconv.Atoi(number)
	if !is || err != nil || m.Name != Spoilt(nth).Name || nth < 1 {
		return 0
	}
	return nth
}
