// Package junit exists so that a CI system shows each requirement as a case: its identity in the name, where it
// comes from as properties, and of a failure first what was observed and then the evidence.
package junit

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"csicert/framework/catalogue"
	"csicert/reports/verdict"
	"csicert/reports/xunit"
)

// lineLimit is how many characters of a message CI systems show beside a name.
const lineLimit = 160

// Write writes the selected requirements, one suite for each area. What went wrong with the run as a whole is a
// suite of its own, so that a run with no failing requirement is not shown as sound.
func Write(w io.Writer, v verdict.Verdict) error {
	document := xunit.Document{Name: "csicert"}
	for _, area := range v.Areas {
		suite := xunit.Suite{Name: area.Name, Timestamp: xunit.Time(v.Run.Started), Properties: properties(v)}
		for _, result := range area.Results {
			suite.Cases = append(suite.Cases, testcase(result))
		}
		document.Suites = append(document.Suites, suite)
	}
	if len(v.Problems) > 0 {
		suite := xunit.Suite{Name: "run", Timestamp: xunit.Time(v.Run.Started), Properties: properties(v)}
		for i, problem := range v.Problems {
			suite.Cases = append(suite.Cases, xunit.Case{Name: fmt.Sprintf("the run as a whole, problem %d", i+1), Class: "csicert.run",
				Error: &xunit.Message{Message: verdict.FirstLine(problem, lineLimit), Type: "Error", Text: problem}})
		}
		document.Suites = append(document.Suites, suite)
	}
	return xunit.Encode(w, document)
}

func properties(v verdict.Verdict) *xunit.Properties {
	run, p := v.Run, &xunit.Properties{}
	p.Add("verdict", v.Sentence)
	p.Add("conclusion", v.Conclusion.String())
	p.Add("run", run.ID)
	p.Add("command", strings.Join(run.Command, " "))
	p.Add("subject", strings.TrimSpace(run.Subject.Name+" "+run.Subject.Version))
	p.Add("csicert", run.Harness.String())
	p.Add("go", run.Harness.Go)
	p.Add("catalogue", v.Catalogue)
	p.Add("kubernetes", run.Cluster.Kubernetes)
	p.Add("cluster", run.Cluster.Name)
	p.Add("node-image", run.Cluster.Image)
	p.Add("engine", run.Cluster.Engine)
	for _, node := range run.Cluster.Nodes {
		p.Add("node", fmt.Sprintf("%s zone=%s region=%s", node.Name, node.Zone, node.Region))
	}
	p.Add("seed", strconv.FormatInt(run.Seed, 10))
	p.Add("procs", strconv.Itoa(run.Procs))
	p.Add("filter", run.Filter)
	for _, k := range v.Healed {
		p.Add("known-failure-passes", fmt.Sprintf("%s: %s", k.ID, k.Sentence()))
	}
	return p
}

func testcase(r verdict.Result) xunit.Case {
	id := r.Requirement.ID
	c := xunit.Case{
		Name: fmt.Sprintf("%s %s", id, r.Requirement.Statement), Class: "csicert." + strings.ToLower(id.Area()),
		File: r.Where, Time: xunit.Seconds(r.Seconds), Properties: facts(r),
	}
	line := verdict.FirstLine(r.Reason, lineLimit)
	switch r.Status {
	case verdict.Pass:
	case verdict.Warn:
		c.Out = &xunit.Text{Text: "WARN: " + r.Reason + "\n" + text(r)}
	case verdict.Unsupported, verdict.NotRun:
		c.Skipped = &xunit.Message{Message: r.Status.String() + ": " + line}
	case verdict.Skipped:
		c.Skipped = &xunit.Message{Message: line}
	case verdict.Fail:
		if r.Known != nil { // consumers gate on failures, and this one must not; as test frameworks report what is expected to fail
			c.Skipped = &xunit.Message{Message: verdict.FirstLine("known failure: "+line+"; "+r.Known.Sentence(), 2*lineLimit), Type: "KnownFailure", Text: text(r)}
			break
		}
		c.Failure = &xunit.Message{Message: line, Type: r.Requirement.Level.String(), Text: text(r)}
	case verdict.Blocked:
		c.Error = &xunit.Message{Message: line, Type: "Blocked", Text: text(r)}
	default:
		c.Error = &xunit.Message{Message: line, Type: "Error", Text: text(r)}
	}
	return c
}

func facts(r verdict.Result) *xunit.Properties {
	p, source := &xunit.Properties{}, r.Requirement.Source
	p.Add("requirement", string(r.Requirement.ID))
	p.Add("level", r.Requirement.Level.String())
	p.Add("status", strings.ToUpper(r.Status.String()))
	p.Add("source.document", source.Document)
	p.Add("source.place", source.Place)
	p.Add("source.quote", source.Quote)
	p.Add("source.reason", source.Reason)
	p.Add("needs", joined(r.Requirement.Needs, func(c catalogue.Capability) string { return string(c) }))
	p.Add("mutants", joined(r.Requirement.Mutants, func(m catalogue.Mutant) string { return m.Name }))
	if r.Known != nil {
		p.Add("known.reason", r.Known.Reason)
		p.Add("known.link", r.Known.Link)
		p.Add("known.expires", r.Known.Expires)
	}
	p.Add("api-requests", strconv.Itoa(r.Requests))
	return p
}

func joined[T any](values []T, name func(T) string) string {
	var names []string
	for _, value := range values {
		names = append(names, name(value))
	}
	return strings.Join(names, ", ")
}

// text is what a reader opens: the judgement first, then what it rests on, then how to repeat it.
func text(r verdict.Result) string {
	var b strings.Builder
	part := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%s: %s\n", name, strings.ReplaceAll(value, "\n", "\n  "))
		}
	}
	part("requirement", fmt.Sprintf("%s %s %s", r.Requirement.ID, r.Requirement.Level, r.Requirement.Statement))
	if r.Known != nil {
		part("known", r.Known.Sentence())
	}
	part("expected", r.Expected)
	part("observed", r.Observed)
	if r.Status == verdict.Blocked || r.Status == verdict.Error { // of the others it is the observation again
		part("reason", r.Reason)
	}
	part("left behind", strings.Join(r.Leftovers, ", "))
	part("at", r.Where)
	if r.Evidence != "" {
		fmt.Fprintf(&b, "\n%s\n", r.Evidence)
	}
	if r.Timeline != "" {
		fmt.Fprintf(&b, "\n== timeline ==\n%s\n", r.Timeline)
	}
	if r.Rerun != "" {
		fmt.Fprintf(&b, "\nrerun: %s\n", r.Rerun)
	}
	return b.String()
}
