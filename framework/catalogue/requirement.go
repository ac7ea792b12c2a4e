package catalogue

import (
	"fmt"
	"regexp"
	"slices"
)

// ID names a requirement: area and number, as in LOCAL-003. An ID is never reused.
type ID string

var idForm = regexp.MustCompile(`^[A-Z]+-[0-9]{3}$`)

// Valid tells whether the ID has the form AREA-000, which is also legal as a Ginkgo label.
func (id ID) Valid() bool { return idForm.MatchString(string(id)) }

// Area is the part before the number: LOCAL of LOCAL-003.
func (id ID) Area() string {
	for i, r := range id {
		if r == '-' {
			return string(id[:i])
		}
	}
	return string(id)
}

// Requirement is one promise that a subject must keep, and all that a reader needs to know of it.
type Requirement struct {
	ID        ID           `json:"id"`
	Level     Level        `json:"level"`
	Statement string       `json:"statement"` // one sentence, lower case, no full stop
	Source    Source       `json:"source"`
	Needs     []Capability `json:"needs,omitempty"`
	// Surveys: the spec, which needs Disruption, looks at all that the driver has. Nothing else may use the driver meanwhile.
	Surveys bool `json:"surveys,omitempty"`
	// Nodes: the spec, which needs Disruption, disturbs a node. Nothing else may run meanwhile, whether it uses the driver or not.
	Nodes   bool     `json:"nodes,omitempty"`
	Mutants []Mutant `json:"mutants"`
}

// Labels are the Ginkgo labels that carry the requirement: its ID, its level and its area.
func (r Requirement) Labels() []string {
	return []string{string(r.ID), "level:" + r.Level.String(), "area:" + r.ID.Area()}
}

// Alone tells whether nothing else may use what the spec disturbs: the driver's processes, or the nodes.
func (r Requirement) Alone() bool { return slices.Contains(r.Needs, Disruption) }

// OfDriver tells whether a driver is judged; else it is Kubernetes' own part.
func (r Requirement) OfDriver() bool { return slices.Contains(r.Needs, Driver) }

// Mutant names a defective driver, cluster or object that the requirement must catch. The defect itself is
// elsewhere (driver/mutant); the name joins the two.
type Mutant struct {
	Name  string `json:"name"`  // kebab-case, as in driver/mutant
	Wrong string `json:"wrong"` // one sentence: what this one does wrong
	// Further: tried only by a proof of every judgement.
	Further bool `json:"further,omitempty"`
	// Long: the refusals of which it is made outlast the judgement, and kills beside it make them last longer. It is begun early.
	Long bool `json:"-"`
}

// Level is how binding a requirement is, in the words of RFC 2119.
type Level int

const (
	Must Level = iota
	Should
	May
)

var levelWords = [...]string{Must: "MUST", Should: "SHOULD", May: "MAY"}

func (l Level) String() string {
	if l < 0 || int(l) >= len(levelWords) {
		return fmt.Sprintf("Level(%d)", int(l))
	}
	return levelWords[l]
}

// MarshalText writes the RFC 2119 word.
func (l Level) MarshalText() ([]byte, error) {
	if l < 0 || int(l) >= len(levelWords) {
		return nil, fmt.Errorf("level: found %d, accepted are MUST, SHOULD, MAY", int(l))
	}
	return []byte(levelWords[l]), nil
}

// UnmarshalText reads the RFC 2119 word.
func (l *Level) UnmarshalText(text []byte) error {
	for i, word := range levelWords {
		if string(text) == word {
			*l = Level(i)
			return nil
		}
	}
	return fmt.Errorf("level: found %q, accepted are MUST, SHOULD, MAY", text)
}
