package compare

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"csicert/framework/catalogue"
	"csicert/reports/markdown"
)

// Sentence is the comparison in one line.
func (c Comparison) Sentence() string {
	return fmt.Sprintf("%d worse, %d better, %d otherwise, %d the same; %d waits slower, %d faster; %d requirements new, %d no longer judged",
		len(c.Worse), len(c.Better), len(c.Otherwise), c.Same, len(c.Slower), len(c.Faster), len(c.Added), len(c.Dropped))
}

// Write writes the comparison as Markdown, which a terminal can show, too.
func (c Comparison) Write(w io.Writer) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "## csicert: %s compared with %s\n\n%s.\n\n- earlier: %s\n- later: %s\n", markdown.Text(c.New.Run.ID), markdown.Text(c.Old.Run.ID),
		c.Sentence(), markdown.Text(c.Old.Sentence), markdown.Text(c.New.Sentence))
	for _, d := range c.Differs {
		fmt.Fprintf(b, "- %s\n", markdown.Text(d))
	}
	changes(b, "worse", c.Worse)
	changes(b, "better", c.Better)
	changes(b, "otherwise", c.Otherwise)
	paces(b, "slower: median waits", c.Slower)
	paces(b, "faster: median waits", c.Faster)
	paces(b, "specs that took longer", c.Specs)
	named(b, "new", c.Added)
	named(b, "no longer judged", c.Dropped)
	if err := b.Flush(); err != nil {
		return fmt.Errorf("writing the comparison: %w", err)
	}
	return nil
}

func changes(w io.Writer, name string, all []Change) {
	if len(all) == 0 {
		return
	}
	fmt.Fprintf(w, "\n### %s\n\n| requirement | level | was | is | why |\n|---|---|---|---|---|\n", name)
	for _, c := range all {
		if c.Known != nil {
			c.Reason += "; " + c.Known.Sentence()
		}
		fmt.Fprintf(w, "| %s %s | %s | %s | %s | %s |\n", c.Requirement.ID, markdown.Text(c.Requirement.Statement), c.Requirement.Level, c.Old, c.New, markdown.Text(c.Reason))
	}
}

func paces(w io.Writer, name string, all []Pace) {
	if len(all) == 0 {
		return
	}
	fmt.Fprintf(w, "\n### %s\n\n| what | was | is |\n|---|---:|---:|\n", name)
	for _, p := range all {
		fmt.Fprintf(w, "| %s | %.2f s | %.2f s |\n", p.What, p.Old, p.New)
	}
}

func named(w io.Writer, name string, all []catalogue.ID) {
	if len(all) == 0 {
		return
	}
	var words []string
	for _, id := range all {
		words = append(words, string(id))
	}
	fmt.Fprintf(w, "\n### %s\n\n%s\n", name, strings.Join(words, ", "))
}
