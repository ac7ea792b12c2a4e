package recorded

import (
	"fmt"
	"time"

	"csicert/framework/catalogue"
	"csicert/framework/trace"
	"csicert/reports/verdict"
)

// Hostile are texts that a report must show and never obey: markup, quotes that end attributes, what a terminal or a
// browser would take for a command, writing turned round, bytes that are no text.
func Hostile() []string {
	return []string{
		`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `' onmouseover='alert(1)`, `</title></style></script><svg onload=alert(1)>`,
		"\x1b[31mred\x1b[0m \x1b]0;title\x07", "javascript:alert(1)", "{{.Title}} ${x} `cmd`", "\u202eevil\u2066", "\xff\xfe\x00", "]]> <!-- --> &lt;", "| a | b |\n# heading",
	}
}

// Speaking is Told with the text in every place that a run fills with words of others: a driver's, a cluster's, a user's.
func Speaking(text string) verdict.Record {
	r := Told()
	r.ID, r.Command, r.Filter, r.Rerun = "20260504-120000-7f3a", []string{"csicert", text}, "", "make e2e FOCUS=%s "+text
	r.Interrupted = text
	r.Harness = verdict.Harness{Version: text, Commit: text, Go: text}
	r.Cluster.Name, r.Cluster.Kubernetes, r.Cluster.Image, r.Cluster.Engine = text, text, text, text
	r.Cluster.Adaptations = []string{text}
	r.Cluster.Nodes[0] = verdict.Node{Name: text, Hostname: text, Region: text, Zone: text, Labels: map[string]string{text: text}}
	r.Subject.Name, r.Subject.Version = text, text
	r.Subject.Capabilities = append(r.Subject.Capabilities, catalogue.Capability(text))
	r.Subject.Components = append(r.Subject.Components, verdict.Component{Container: text, Image: text, Digest: text})
	r.Track = append(r.Track, verdict.Proven{Requirement: "SNAP-002", Mutant: "affinity-removed", Outcome: text})
	r.Phases = append(r.Phases, verdict.Phase{Name: text, Notes: text})
	r.Requirements[1].Statement, r.Requirements[1].Source = text, catalogue.Source{Document: text, Place: text, Quote: text, Reason: text}
	r.Requirements[1].Needs = []catalogue.Capability{catalogue.Capability(text)}
	r.Requirements[2].Mutants = append(r.Requirements[2].Mutants, catalogue.Mutant{Name: text, Wrong: text})
	spec := &r.Specs[0]
	Failed("expected: " + text + "\nobserved: " + text)(spec)
	Mark(catalogue.MarkEvidence, "== "+text+" ==\n"+text)(spec)
	Mark(catalogue.MarkTimeline, "  0.100s "+text)(spec)
	t := trace.Trace{Began: started, Objects: []trace.Object{
		{Kind: trace.Pod, Name: text, Node: text, Uses: ref(trace.Claim, text), States: at(0.1, trace.Created, 0.2, trace.Scheduled, 0.3, text)},
		{Kind: text, Name: text, States: at(0.1, trace.Created)}}}
	encoded, err := t.Encode()
	if err != nil {
		panic(err) // a trace of this package's own
	}
	spec.ReportEntries = spec.ReportEntries[:len(spec.ReportEntries):len(spec.ReportEntries)]
	for i, e := range spec.ReportEntries {
		if e.Name == string(catalogue.MarkTrace) {
			spec.ReportEntries = append(spec.ReportEntries[:i:i], spec.ReportEntries[i+1:]...)
			break
		}
	}
	Mark(catalogue.MarkTrace, encoded)(spec)
	Mark(catalogue.MarkLeftover, text)(&r.Specs[1])
	return r
}

// Large is a run of so many requirements in which every tenth failed with much evidence.
func Large(requirements int) verdict.Record {
	evidence := callsEvidence
	for range 400 {
		evidence += "{\"time\":\"2026-05-04T12:00:01Z\",\"msg\":\"call\",\"method\":\"/csi.v1.Identity/Probe\",\"code\":\"OK\",\"ms\":1,\"request\":\"{}\"}\n"
	}
	r := Told()
	for i := range requirements - len(r.Requirements) {
		id := catalogue.ID(fmt.Sprintf("AREA%c-%03d", 'A'+rune(i%9), i))
		spec := Spec(id, Restored(float64(i%37)/10+0.05))
		if i%10 == 0 {
			Failed("expected: so\nobserved: otherwise")(&spec)
			Mark(catalogue.MarkEvidence, evidence)(&spec)
		}
		spec.StartTime = started.Add(time.Duration(i) * time.Second)
		r.Requirements, r.Specs = append(r.Requirements, Requirement(id, fmt.Sprintf("the promise %d of a large catalogue is kept, whatever happens meanwhile to its neighbours", i))), append(r.Specs, spec)
	}
	return r
}
