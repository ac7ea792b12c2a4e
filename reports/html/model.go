package html

import (
	"cmp"
	"fmt"
	"html/template"
	"strings"

	"csicert/framework/catalogue"
	"csicert/reports/latency"
	"csicert/reports/verdict"
)

// page is what the template shows.
type page struct {
	Title  string
	Policy string
	Style  template.CSS
	Script template.JS

	V         verdict.Verdict
	Took      string
	Bar       []share
	Statuses  []verdict.Status // those that occur, worst first
	Failures  []failure
	Zones     []zone
	Apart     zone // what belongs to no zone
	Traced    bool // the record tells of volumes and pods
	Plots     *plots
	Mutants   []mutantRow
	Track     string // the track record in a sentence; empty where the record has none
	Phases    []phase
	Reproduce []string
}

// share is a part of the bar of outcomes.
type share struct {
	Status verdict.Status
	Number int
	X, W   px
}

// failure is a requirement that was not kept or could not be judged, in four parts.
type failure struct {
	verdict.Result
	Expected, Observed string
	Sections           []section
	Chart              *chart
}

// section is a part of the evidence.
type section struct {
	Name, Text string
	Left       int // characters that the page leaves out
}

type phase struct {
	verdict.Phase
	W px
}

// mutantRow is one mutant of a requirement.
type mutantRow struct {
	ID      catalogue.ID
	Name    string
	Wrong   string
	Outcome string
}

// unproven is the outcome of a mutant of which the record tells nothing.
const unproven = "no record"

// barWidth is that of the bars of outcomes and phases, in the units of their view box.
const barWidth = 960

func pageOf(v verdict.Verdict) page {
	p := page{V: v, Title: fmt.Sprintf("%s: %s", subject(v), v.Conclusion), Took: seconds(v.Run.Ended.Sub(v.Run.Started).Seconds())}
	p.outcomes()
	for _, s := range []verdict.Status{verdict.Error, verdict.Fail, verdict.Blocked, verdict.Warn} {
		for _, r := range v.With(s) {
			p.Failures = append(p.Failures, failureOf(r))
		}
	}
	p.place()
	p.Plots = plotsOf(latency.Of(v))
	p.mutants()
	longest := 0.0
	for _, ph := range v.Run.Phases {
		longest = max(longest, ph.Seconds)
	}
	for _, ph := range v.Run.Phases {
		p.Phases = append(p.Phases, phase{ph, px(ph.Seconds / max(longest, 0.001) * barWidth)})
	}
	p.Reproduce = []string{strings.Join(v.Run.Command, " "), "csicert report " + v.Run.ID, "csicert verify statement.yaml " + v.Run.ID}
	return p
}

func subject(v verdict.Verdict) string {
	return strings.TrimSpace(plain(v.Run.Subject.Name + " " + v.Run.Subject.Version))
}

func (p *page) outcomes() {
	all, x := 0, 0.0
	for _, c := range p.V.Counts {
		all += c.Number
	}
	for _, s := range []verdict.Status{verdict.Error, verdict.Fail, verdict.Blocked, verdict.Warn, verdict.Pass, verdict.NotRun, verdict.Skipped, verdict.Unsupported} {
		if n := p.V.Counts.Of(s); n > 0 {
			w := float64(n) / float64(all) * barWidth
			p.Bar = append(p.Bar, share{s, n, px(x), px(w)})
			p.Statuses = append(p.Statuses, s)
			x += w
		}
	}
}

// sectionLimit keeps a page with hundreds of failures one that a browser opens at once: characters of each section, of
// which the end counts more, since logs end with what went wrong.
const sectionLimit = 24_000

func failureOf(r verdict.Result) failure {
	f := failure{Result: r, Expected: cmp.Or(plain(r.Expected), "the requirement to hold"), Observed: plain(r.Observed), Chart: chartOf(r)}
	if f.Observed == "" || r.Status == verdict.Error || r.Status == verdict.Blocked {
		f.Observed = plain(r.Reason) // what could not be judged was not observed
	}
	name, lines := "evidence", []string{}
	flush := func() {
		text := []rune(strings.TrimSpace(plain(strings.Join(lines, "\n"))))
		if len(text) > 0 {
			s := section{Name: plain(name), Left: max(len(text)-sectionLimit, 0)}
			s.Text = string(text[s.Left:])
			f.Sections = append(f.Sections, s)
		}
		lines = nil
	}
	for line := range strings.SplitSeq(r.Evidence, "\n") {
		if head, ok := strings.CutPrefix(line, "== "); ok {
			flush()
			name = strings.TrimSuffix(head, " ==")
			continue
		}
		lines = append(lines, line)
	}
	flush()
	return f
}

// mutants joins what the requirements name with what the record says was proven.
func (p *page) mutants() {
	killed, known := 0, 0
	for _, r := range p.V.Results() {
		for _, m := range r.Requirement.Mutants {
			row := mutantRow{r.Requirement.ID, m.Name, m.Wrong, unproven}
			for _, proven := range p.V.Run.Track {
				if proven.Requirement == row.ID && proven.Mutant == row.Name {
					row.Outcome = plain(proven.Outcome)
					known++
				}
			}
			if row.Outcome == "killed" {
				killed++
			}
			p.Mutants = append(p.Mutants, row)
		}
	}
	if known > 0 {
		p.Track = fmt.Sprintf("Of %d pairs of a requirement and a mutant that it must catch, an earlier proof saw %d caught and %d not; of %d there is no record.",
			len(p.Mutants), killed, known-killed, len(p.Mutants)-known)
	}
}
