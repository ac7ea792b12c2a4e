package mutants

import (
	"fmt"
	"slices"
)

// Outcome is what a mutant tells of the requirement that names it.
type Outcome int

const (
	Killed       Outcome = iota // the requirement failed by its own judgement: it catches the defect
	Survived                    // the requirement passed although the defect was there
	Inconclusive                // nothing was learnt
)

var outcomeWords = [...]string{Killed: "killed", Survived: "survived", Inconclusive: "inconclusive"}

func (o Outcome) String() string {
	if o < 0 || int(o) >= len(outcomeWords) {
		return fmt.Sprintf("Outcome(%d)", int(o))
	}
	return outcomeWords[o]
}

// MarshalText writes the outcome as String does.
func (o Outcome) MarshalText() ([]byte, error) {
	if o < 0 || int(o) >= len(outcomeWords) {
		return nil, fmt.Errorf("outcome: found %d, accepted are 0 to %d", int(o), len(outcomeWords)-1)
	}
	return []byte(outcomeWords[o]), nil
}

// UnmarshalText reads what MarshalText wrote.
func (o *Outcome) UnmarshalText(text []byte) error {
	i := slices.Index(outcomeWords[:], string(text))
	if i < 0 {
		return fmt.Errorf("outcome: found %q, accepted are killed, survived, inconclusive", text)
	}
	*o = Outcome(i)
	return nil
}
