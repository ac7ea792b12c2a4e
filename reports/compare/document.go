package compare

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"sigs.k8s.io/yaml"

	"csicert/framework/catalogue"
	"csicert/reports/verdict"
)

// Schema is the form of a comparison as JSON or YAML. Within v1 fields are only added.
const Schema = "csicert/comparison/v1"

// Formats are the ways to write a comparison.
func Formats() []string { return []string{"text", "markdown", "json", "yaml"} }

// WriteAs writes the comparison in one of the formats; another one is bad input.
func (c Comparison) WriteAs(w io.Writer, format string) error {
	switch format {
	case "text":
		return c.writeText(w)
	case "markdown":
		return c.Write(w)
	case "json", "yaml":
		raw, err := json.MarshalIndent(c.document(), "", "  ")
		if err == nil && format == "yaml" {
			raw, err = yaml.JSONToYAML(raw)
		}
		if err == nil {
			_, err = fmt.Fprintf(w, "%s\n", strings.TrimSuffix(string(raw), "\n"))
		}
		if err != nil {
			return fmt.Errorf("writing the comparison: %w", err)
		}
		return nil
	}
	return inputError{fmt.Sprintf("--output: found %q; accepted: %s", format, strings.Join(Formats(), ", "))}
}

// document is the comparison for machines. Lists are never null.
type document struct {
	Schema      string         `json:"schema"`
	ExitCode    int            `json:"exitCode"`
	Sentence    string         `json:"sentence"`
	Old         side           `json:"old"`
	New         side           `json:"new"`
	Differs     []string       `json:"differs"`   // what else is different
	Worse       []changed      `json:"worse"`     // requirements
	Better      []changed      `json:"better"`    //
	Otherwise   []changed      `json:"otherwise"` // neither: not judged any more, or now
	Slower      []paced        `json:"slower"`    // median waits
	Faster      []paced        `json:"faster"`
	LongerSpecs []paced        `json:"longerSpecs"`
	Added       []catalogue.ID `json:"added"`
	Dropped     []catalogue.ID `json:"dropped"`
	Same        int            `json:"same"`
}

type side struct {
	Run        string `json:"run"`
	Conclusion string `json:"conclusion"`
	Sentence   string `json:"sentence"`
}

type changed struct {
	ID     catalogue.ID   `json:"id"`
	Level  string         `json:"level"`
	Old    verdict.Status `json:"old"`
	New    verdict.Status `json:"new"`
	Reason string         `json:"reason"`
	Known  *verdict.Known `json:"known,omitempty"` // in the later run's baseline: it does not count for the exit code
}

type paced struct {
	What string  `json:"what"`
	Old  float64 `json:"oldSeconds"`
	New  float64 `json:"newSeconds"`
}

func (c Comparison) document() document {
	return document{Schema: Schema, ExitCode: c.ExitCode(), Sentence: c.Sentence(), Old: sideOf(c.Old), New: sideOf(c.New),
		Differs: append([]string{}, c.Differs...), Worse: changesOf(c.Worse), Better: changesOf(c.Better), Otherwise: changesOf(c.Otherwise),
		Slower: pacesOf(c.Slower), Faster: pacesOf(c.Faster), LongerSpecs: pacesOf(c.Specs),
		Added: append([]catalogue.ID{}, c.Added...), Dropped: append([]catalogue.ID{}, c.Dropped...), Same: c.Same}
}

func sideOf(v verdict.Verdict) side { return side{v.Run.ID, v.Conclusion.String(), v.Sentence} }

func changesOf(all []Change) []changed {
	list := []changed{}
	for _, x := range all {
		list = append(list, changed{x.Requirement.ID, x.Requirement.Level.String(), x.Old, x.New, x.Reason, x.Known})
	}
	return list
}

func pacesOf(all []Pace) []paced {
	list := []paced{}
	for _, p := range all {
		list = append(list, paced(p))
	}
	return list
}

// writeText is for a terminal: the same parts as Write, a line each.
func (c Comparison) writeText(to io.Writer) error {
	w := tabwriter.NewWriter(to, 0, 4, 2, ' ', 0)
	fmt.Fprintf(w, "%s\n\nearlier: run %s: %s\nlater:   run %s: %s\n", c.Sentence(), c.Old.Run.ID, c.Old.Sentence, c.New.Run.ID, c.New.Sentence)
	for _, d := range c.Differs {
		fmt.Fprintf(w, "differs: %s\n", verdict.Plain(d))
	}
	for _, part := range []struct {
		name string
		all  []Change
	}{{"worse", c.Worse}, {"better", c.Better}, {"otherwise", c.Otherwise}} {
		for i, x := range part.all {
			if i == 0 {
				fmt.Fprintf(w, "\n%s\n", part.name)
			}
			reason := x.Reason
			if x.Known != nil {
				reason += "; " + x.Known.Sentence()
			}
			fmt.Fprintf(w, "  %s\t%s\t%s, was %s\t%s\n", x.Requirement.ID, x.Requirement.Level, x.New, x.Old, verdict.FirstLine(verdict.Plain(reason), 240))
		}
	}
	for _, part := range []struct {
		name string
		all  []Pace
	}{{"slower: median waits", c.Slower}, {"faster: median waits", c.Faster}, {"specs that took longer", c.Specs}} {
		for i, p := range part.all {
			if i == 0 {
				fmt.Fprintf(w, "\n%s\n", part.name)
			}
			fmt.Fprintf(w, "  %s\t%.2f s, was %.2f s\n", p.What, p.New, p.Old)
		}
	}
	named(w, "new", c.Added)
	named(w, "no longer judged", c.Dropped)
	if err := w.Flush(); err != nil {
		return fmt.Errorf("writing the comparison: %w", err)
	}
	return nil
}

// gating are the changes for the worse that no baseline knows.
func (c Comparison) gating() []Change {
	return slices.DeleteFunc(slices.Clone(c.Worse), func(x Change) bool { return x.Known != nil })
}
