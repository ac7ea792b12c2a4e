// Package markdown exists so that a pull request shows the verdict where its reviewer reads: short, each failure with
// its four parts folded up, and nothing in a driver's words that the page would take for markup.
package markdown

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"strings"

	"csicert/reports/latency"
	"csicert/reports/verdict"
)

const (
	// mostFailures are told with their parts; a job's summary may have a mebibyte.
	mostFailures = 40
	// mostText is how many characters of an expectation and of an observation are shown.
	mostText = 3000
)

// Write writes the summary.
func Write(w io.Writer, v verdict.Verdict) error {
	p := page{bufio.NewWriter(w)}
	p.line("## csicert: %s, %s\n", Text(v.Run.Subject.Name), v.Conclusion)
	p.line("%s\n", Text(v.Sentence))
	p.areas(v)
	for _, problem := range v.Problems {
		p.line("- %s", Text(problem))
	}
	p.failures(v)
	for _, k := range v.Healed {
		p.line("- %s passes now, and is to be taken out of the baseline: %s", k.ID, Text(k.Sentence()))
	}
	p.open(v)
	p.latencies(v)
	p.line("\n%s on Kubernetes %s, %d nodes; csicert %s at %s; run %s", Text(strings.TrimSpace(v.Run.Subject.Name+" "+v.Run.Subject.Version)),
		Text(v.Run.Cluster.Kubernetes), len(v.Run.Cluster.Nodes), Text(v.Run.Harness.Version), Text(v.Run.Harness.Commit), Text(v.Run.ID))
	if err := p.Flush(); err != nil {
		return fmt.Errorf("writing the summary as Markdown: %w", err)
	}
	return nil
}

// page keeps the first error of its writer until Flush.
type page struct{ *bufio.Writer }

func (p page) line(format string, args ...any) { fmt.Fprintf(p, format+"\n", args...) }

func (p page) areas(v verdict.Verdict) {
	p.line("| area | outcome | pass | warn | fail | blocked | error | not judged |\n|---|---|---:|---:|---:|---:|---:|---:|")
	for _, area := range v.Areas {
		n := map[verdict.Status]int{}
		for _, r := range area.Results {
			n[r.Status]++
		}
		p.line("| %s | %s | %d | %d | %d | %d | %d | %d |", area.Name, area.Status, n[verdict.Pass], n[verdict.Warn], n[verdict.Fail],
			n[verdict.Blocked], n[verdict.Error], n[verdict.Unsupported]+n[verdict.Skipped]+n[verdict.NotRun])
	}
	p.line("")
}

func (p page) failures(v verdict.Verdict) {
	told := 0
	for _, status := range []verdict.Status{verdict.Error, verdict.Fail, verdict.Blocked, verdict.Warn} {
		for _, r := range v.With(status) {
			word := status.String()
			if r.Known != nil {
				word = "known " + word
			}
			if told++; told > mostFailures {
				p.line("- %s %s: %s", word, r.Requirement.ID, Text(r.Reason))
				if r.Known != nil {
					p.line("  %s", Text(r.Known.Sentence()))
				}
				continue
			}
			observed := r.Observed
			if observed == "" || status == verdict.Error || status == verdict.Blocked {
				observed = r.Reason
			}
			p.line("<details><summary>%s <b>%s</b> %s</summary>\n", word, r.Requirement.ID, HTML(r.Requirement.Statement))
			p.line("**requirement** (%s): %s, %s\n", r.Requirement.Level, Text(r.Requirement.Source.Document), Text(r.Requirement.Source.Place))
			if r.Known != nil {
				p.line("**%s**\n", Text(r.Known.Sentence()))
			}
			p.line("**expected**\n\n%s", Block(cmp.Or(r.Expected, "the requirement to hold"), mostText))
			p.line("**observed**\n\n%s", Block(observed, mostText))
			p.line("**evidence**: %s; report.html and record.json of the run have all of it\n", Text(cmp.Or(r.Where, "none")))
			if r.Rerun != "" {
				p.line("**judge only this**\n\n%s", Block(r.Rerun, mostText))
			}
			p.line("</details>\n")
		}
	}
}

// open tells in a line each what was not judged, by reason.
func (p page) open(v verdict.Verdict) {
	for _, status := range []verdict.Status{verdict.Skipped, verdict.NotRun, verdict.Unsupported} {
		byReason := map[string]int{}
		var reasons []string
		for _, r := range v.With(status) {
			if byReason[r.Reason]++; byReason[r.Reason] == 1 {
				reasons = append(reasons, r.Reason)
			}
		}
		for _, reason := range reasons {
			p.line("- %d %s: %s", byReason[reason], status, Text(reason))
		}
	}
}

func (p page) latencies(v verdict.Verdict) {
	all := latency.Of(v)
	if len(all) == 0 {
		return
	}
	p.line("\n| wait | times | median | nine of ten below | most |\n|---|---:|---:|---:|---:|")
	for _, d := range all {
		p.line("| %s | %d | %.2f s | %.2f s | %.2f s |", d.Latency, len(d.Samples), d.Quantile(0.5), d.Quantile(0.9), d.Slowest().Seconds)
	}
}
