// Package requirements exists so that people can read what is judged without reading Go: it renders the catalogue,
// and nothing else, as one Markdown page that a build can hold against the one in the repository.
package requirements

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"csicert/framework/catalogue"
)

// Markdown writes the catalogue by area and ID. The order in which it is given does not matter.
func Markdown(w io.Writer, requirements []catalogue.Requirement) error {
	all := slices.SortedFunc(slices.Values(requirements), func(a, b catalogue.Requirement) int {
		return cmp.Or(cmp.Compare(a.ID.Area(), b.ID.Area()), cmp.Compare(a.ID, b.ID))
	})
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "# Requirements\n\nMade from the catalogue by `make requirements`; %d requirements.\n\n", len(all))
	b.WriteString("Of a requirement that comes from the Kubernetes docs or from a reading, the level is this project's reading.\n")
	area := ""
	for _, r := range all {
		if r.ID.Area() != area {
			area = r.ID.Area()
			fmt.Fprintf(b, "\n## %s\n", area)
		}
		fmt.Fprintf(b, "\n### %s\n\n**%s**: %s.\n\n", r.ID, r.Level, escape(r.Statement))
		fmt.Fprintf(b, "- Source: %s\n", source(r.Source))
		for _, need := range r.Needs {
			fmt.Fprintf(b, "- Needs: `%s` (skipped when %s)\n", need, escape(need.Sentence()))
		}
		for _, mutant := range r.Mutants {
			fmt.Fprintf(b, "- Mutant: `%s`: %s\n", mutant.Name, escape(mutant.Wrong))
		}
	}
	if err := b.Flush(); err != nil {
		return fmt.Errorf("writing the requirements: %w", err)
	}
	return nil
}

func source(s catalogue.Source) string {
	text := fmt.Sprintf("%s, `%s`", escape(s.Document), s.Place)
	if s.Quote != "" {
		text += fmt.Sprintf(": \"%s\"", escape(s.Quote))
	}
	if s.Reason != "" {
		text += "; " + escape(s.Reason)
	}
	return text
}

// escape keeps a text on one line, and from being taken for markup.
func escape(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	return strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "<", "&lt;", "[", `\[`).Replace(text)
}
