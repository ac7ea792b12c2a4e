package verdict

import (
	"fmt"
	"strings"

	"csicert/framework/catalogue"
)

// Against judges as Of does, for whoever has a catalogue of its own: a record of another version of it is bad input,
// because its verdict would speak of other promises than the reader has before him.
func Against(r Record, own []catalogue.Requirement) (Verdict, error) {
	v, err := Of(r)
	if err != nil {
		return Verdict{}, err
	}
	accepted := catalogue.Version(own)
	if v.Catalogue == accepted {
		return v, nil
	}
	changed := catalogue.Changes(r.Requirements, own)
	return Verdict{}, badInput("run record: catalogue: found version %s, judged by csicert %s; accepted is %s, that of this csicert; different: %s",
		v.Catalogue, r.Harness, accepted, few(changed))
}

// few names some of the IDs, and says how many more there are.
func few(ids []catalogue.ID) string {
	const most = 5
	var words []string
	for _, id := range ids[:min(most, len(ids))] {
		words = append(words, string(id))
	}
	if more := len(ids) - most; more > 0 {
		words = append(words, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(words, ", ")
}
