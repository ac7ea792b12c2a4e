package verdict

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/onsi/ginkgo/v2/types"

	"csicert/framework/catalogue"
)

// marks reads the values of a spec's report entries of one name. Ginkgo keeps a value's representation beside
// the value, so that it is the same whether the report came from this process or from a file.
func marks(spec types.SpecReport, name catalogue.Mark) []string {
	var values []string
	for _, entry := range spec.ReportEntries {
		if entry.Name == string(name) {
			values = append(values, strings.TrimSpace(Plain(entry.StringRepresentation())))
		}
	}
	return values
}

// marked joins the values of a mark with commas; ok tells whether there was any.
func marked(spec types.SpecReport, name catalogue.Mark) (text string, ok bool) {
	values := marks(spec, name)
	return strings.Join(values, ", "), len(values) > 0
}

// requests adds up how many API requests the spec made.
func requests(spec types.SpecReport) (int, error) {
	sum := 0
	for _, value := range marks(spec, catalogue.MarkRequests) {
		n, err := strconv.Atoi(value)
		if err != nil || n < 0 {
			return 0, fmt.Errorf("entry %s: found %q, accepted is a decimal number", catalogue.MarkRequests, value)
		}
		sum += n
	}
	return sum, nil
}
