// Package summary exists so that whoever typed the command reads the verdict first, then what to do about it, and
// never has to open a file to learn why something failed or was skipped.
package summary

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"csicert/reports/verdict"
)

// slowest is how many specs are named as the slowest.
const slowest = 5

// narrowest is the least width that is kept to; below it lines would hold single words.
const narrowest = 40

// Write writes the summary as plain text, wrapped at width columns where a text allows it. Its last line is
// "N passed, N failed, N skipped" for CI to read: warnings count as passed; blocked, errors and problems of the
// run as a whole as failed, known failures too; unsupported and not run as skipped.
func Write(w io.Writer, v verdict.Verdict, width int) error {
	p := page{Writer: bufio.NewWriter(w), width: max(width, narrowest)}
	p.text("", v.Sentence)
	p.counts(v.Counts)
	p.areas(v.Areas)
	p.problems(v.Problems)
	p.failures(v)
	p.healed(v.Healed)
	p.reasons(v)
	p.phases(v.Run.Phases)
	p.slow(v.Results())
	p.line("")
	p.line("%d passed, %d failed, %d skipped", v.Counts.Of(verdict.Pass, verdict.Warn),
		v.Counts.Of(verdict.Fail, verdict.Error, verdict.Blocked)+len(v.Problems),
		v.Counts.Of(verdict.Unsupported, verdict.Skipped, verdict.NotRun))
	if err := p.Flush(); err != nil {
		return fmt.Errorf("writing the summary: %w", err)
	}
	return nil
}

// page keeps the first error of its writer until Flush.
type page struct {
	*bufio.Writer
	width int
}

func (p page) line(format string, args ...any) { fmt.Fprintf(p, format+"\n", args...) }

func (p page) heading(name string) { p.line("\n%s", name) }

func (p page) counts(counts verdict.Counts) {
	var words []string
	for _, count := range counts {
		if count.Number > 0 {
			words = append(words, fmt.Sprintf("%d %s", count.Number, count.Status))
		}
	}
	p.text("", strings.Join(words, ", "))
}

func (p page) areas(areas []verdict.Area) {
	if len(areas) == 0 {
		return
	}
	p.heading("areas")
	p.line("  %-14s %-12s %5s %5s %8s %8s", "area", "status", "pass", "warn", "failing", "skipped")
	for _, area := range areas {
		var n [4]int
		for _, result := range area.Results {
			n[column(result.Status)]++
		}
		p.line("  %-14s %-12s %5d %5d %8d %8d", area.Name, area.Status, n[0], n[1], n[2], n[3])
	}
}

func column(s verdict.Status) int {
	switch s {
	case verdict.Pass:
		return 0
	case verdict.Warn:
		return 1
	case verdict.Blocked, verdict.Fail, verdict.Error:
		return 2
	}
	return 3
}

func (p page) problems(problems []string) {
	if len(problems) > 0 {
		p.heading("problems of the run as a whole")
	}
	for _, problem := range problems {
		p.text("  ", problem)
	}
}

// failures come with the worst first, because a harness error puts the others in doubt.
func (p page) failures(v verdict.Verdict) {
	for _, status := range []verdict.Status{verdict.Error, verdict.Fail, verdict.Blocked, verdict.Warn} {
		for _, r := range v.With(status) {
			heading := fmt.Sprintf("%s %s", strings.ToUpper(status.String()), r.Requirement.ID)
			if r.Known != nil {
				heading = "KNOWN " + heading
			}
			p.heading(heading)
			if r.Known != nil {
				p.text("  baseline:    ", r.Known.Sentence())
			}
			p.text("  requirement: ", fmt.Sprintf("%s %s", r.Requirement.Level, r.Requirement.Statement))
			p.text("  expected:    ", cmp.Or(r.Expected, "the requirement to hold"))
			observed := r.Observed
			if observed == "" || status == verdict.Error || status == verdict.Blocked {
				observed = r.Reason
			}
			p.text("  observed:    ", observed)
			p.text("  evidence:    ", pointer(r, v.Run.ID))
			if r.Rerun != "" {
				p.line("  rerun:       %s", r.Rerun) // unwrapped, to be copied
			}
		}
	}
}

// healed are entries of the baseline that somebody should take out.
func (p page) healed(all []verdict.Known) {
	if len(all) > 0 {
		p.heading("known failures that pass now: take them out of the baseline")
	}
	for _, k := range all {
		p.text("  ", fmt.Sprintf("%s: %s", k.ID, k.Sentence()))
	}
}

// pointer says where the evidence is, rather than to fill the terminal with it.
func pointer(r verdict.Result, run string) string {
	var parts []string
	if r.Where != "" {
		parts = append(parts, "at "+r.Where)
	}
	var sections []string
	for line := range strings.SplitSeq(r.Evidence, "\n") {
		if name, ok := strings.CutPrefix(line, "== "); ok {
			sections = append(sections, strings.TrimSuffix(name, " =="))
		}
	}
	if len(sections) > 0 {
		parts = append(parts, fmt.Sprintf("recorded in run %s under %s: %s", run, r.Requirement.ID, strings.Join(sections, ", ")))
	}
	return cmp.Or(strings.Join(parts, "; "), "none was recorded")
}

// reasons groups what was not judged by its reason, since one missing capability speaks for many requirements.
func (p page) reasons(v verdict.Verdict) {
	for _, status := range []verdict.Status{verdict.Skipped, verdict.Unsupported, verdict.NotRun} {
		results := v.With(status)
		if len(results) == 0 {
			continue
		}
		p.heading(status.String())
		slices.SortStableFunc(results, func(a, b verdict.Result) int { return cmp.Compare(a.Reason, b.Reason) })
		for len(results) > 0 {
			reason, ids := results[0].Reason, []string{}
			for len(results) > 0 && results[0].Reason == reason {
				ids, results = append(ids, string(results[0].Requirement.ID)), results[1:]
			}
			p.text("  ", fmt.Sprintf("%s: %s", reason, strings.Join(ids, ", ")))
		}
	}
}

func (p page) phases(phases []verdict.Phase) {
	if len(phases) > 0 {
		p.heading("phases")
	}
	for _, phase := range phases {
		notes := phase.Notes
		if phase.Cached {
			notes = strings.TrimSpace("cached " + notes)
		}
		p.line("%s", strings.TrimRight(fmt.Sprintf("  %-14s %8.1f s  %s", phase.Name, phase.Seconds, notes), " "))
	}
}

func (p page) slow(results []verdict.Result) {
	results = slices.DeleteFunc(results, func(r verdict.Result) bool { return r.Seconds == 0 })
	slices.SortStableFunc(results, func(a, b verdict.Result) int { return cmp.Compare(b.Seconds, a.Seconds) })
	if len(results) > 0 {
		p.heading("slowest")
	}
	for _, r := range results[:min(slowest, len(results))] {
		p.line("  %-14s %8.1f s  %s", r.Requirement.ID, r.Seconds,
			verdict.FirstLine(r.Requirement.Statement, max(p.width-29, 20)))
	}
}
