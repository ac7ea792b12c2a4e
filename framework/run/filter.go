package run

import (
	"fmt"
	"slices"
	"strings"

	"github.com/onsi/ginkgo/v2/types"

	"csicert/framework/catalogue"
	"csicert/reports/verdict"
)

// filter is the Ginkgo label filter of --focus and --label-filter together. A filter that names a label which no
// requirement has, or that selects nothing, is refused: the run would look like one that found nothing wrong.
func (o Options) filter() (string, error) {
	labels := labelsOf(o.Requirements)
	filter := o.LabelFilter
	if filter != "" {
		if err := checkFilter(filter, labels); err != nil {
			return "", err
		}
	}
	if o.Focus != "" {
		if !slices.ContainsFunc(o.Requirements, func(r catalogue.Requirement) bool { return string(r.ID) == o.Focus }) {
			return "", Invalid{"--focus", fmt.Sprintf("%q", o.Focus), "the ID of a requirement: " + ranges(o.Requirements)}
		}
		if filter != "" {
			filter = o.Focus + " && (" + filter + ")"
		} else {
			filter = o.Focus
		}
	}
	if n := selected(filter, o.Requirements); n == 0 {
		return "", Invalid{"--label-filter", fmt.Sprintf("%q, which selects none of the %d requirements", filter, len(o.Requirements)), "a filter that selects at least one"}
	}
	return filter, nil
}

func checkFilter(filter string, labels []string) error {
	if _, err := types.ParseLabelFilter(filter); err != nil {
		return Invalid{"--label-filter", fmt.Sprintf("%q, which cannot be parsed (%s)", filter, oneLine(verdict.Plain(err.Error()))), "a Ginkgo label filter such as 'area:LOCAL && !LOCAL-003'"}
	}
	for _, label := range literals(filter) {
		known := func(l string) bool {
			return strings.EqualFold(l, label) || strings.HasSuffix(label, ":") && len(l) > len(label) && strings.EqualFold(l[:len(label)], label)
		}
		if !slices.ContainsFunc(labels, known) {
			groups := slices.DeleteFunc(slices.Clone(labels), func(l string) bool { return catalogue.ID(l).Valid() })
			return Invalid{"--label-filter", fmt.Sprintf("the label %q, which no requirement has", label),
				strings.Join(groups, ", ") + ", or an ID (csicert requirements lists them)"}
		}
	}
	return nil
}

// literals are the labels that a well-formed filter names: single ones, and those of set operations as key:value, or
// as "key:" where the operation has no value. Regular expressions name none.
func literals(filter string) []string {
	const operators = "&|!,()"
	var all []string
	for rest := filter; rest != ""; {
		rest = strings.TrimLeft(rest, operators+" ")
		if expression, found := strings.CutPrefix(rest, "/"); found {
			_, rest, _ = strings.Cut(expression, "/")
			continue
		}
		end := strings.IndexAny(rest+"/", operators+"/")
		word := rest[:end]
		key, operation, isSet := strings.Cut(word, ": ")
		if !isSet {
			if word = strings.TrimSpace(word); word != "" {
				all = append(all, word)
			}
			rest = rest[end:]
			continue
		}
		key = strings.TrimSpace(key) + ":"
		verb, values, _ := strings.Cut(strings.TrimSpace(operation), " ")
		if strings.EqualFold(verb, "isempty") {
			all, rest = append(all, key), rest[end:]
			continue
		}
		if strings.HasPrefix(strings.TrimSpace(values), "{") { // its commas are no operators
			open := strings.Index(rest, "{")
			end = open + strings.Index(rest[open:], "}") + 1
			values = rest[open+1 : end-1]
		}
		for value := range strings.SplitSeq(values, ",") {
			all = append(all, key+strings.TrimSpace(value))
		}
		rest = rest[end:]
	}
	return all
}

func labelsOf(requirements []catalogue.Requirement) []string {
	var all []string
	for _, r := range requirements {
		all = append(all, r.Labels()...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// selected counts the requirements that a well-formed filter selects.
func selected(filter string, requirements []catalogue.Requirement) int {
	selects := types.MustParseLabelFilter(filter)
	n := 0
	for _, r := range requirements {
		if selects(r.Labels()) {
			n++
		}
	}
	return n
}

// ranges names the IDs of each area by its first and last.
func ranges(requirements []catalogue.Requirement) string {
	first, last := map[string]catalogue.ID{}, map[string]catalogue.ID{}
	var areas []string
	for _, r := range requirements {
		area := r.ID.Area()
		if _, seen := first[area]; !seen {
			areas = append(areas, area)
			first[area] = r.ID
		}
		first[area], last[area] = min(first[area], r.ID), max(last[area], r.ID)
	}
	var words []string
	for _, area := range areas {
		words = append(words, fmt.Sprintf("%s to %s", first[area], last[area]))
	}
	return strings.Join(words, ", ")
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
