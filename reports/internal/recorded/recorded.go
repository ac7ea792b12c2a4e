// Package recorded exists so that the tests of all reports start from the same run records, whose times are fixed.
package recorded

import (
	"fmt"
	"time"

	"github.com/onsi/ginkgo/v2/types"

	"csicert/framework/catalogue"
	"csicert/reports/verdict"
)

var started = time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)

// Requirement is a MUST with one mutant.
func Requirement(id catalogue.ID, statement string) catalogue.Requirement {
	return catalogue.Requirement{ID: id, Level: catalogue.Must, Statement: statement,
		Source:  catalogue.Docs("concepts/storage/volumes#local", "a quote with <angles> & \"marks\""),
		Mutants: []catalogue.Mutant{{Name: "affinity-removed", Wrong: "the volume has no node affinity"}}}
}

// Option changes a spec.
type Option func(*types.SpecReport)

// Spec is a spec of the requirement that passed and made requests, before the options change it.
func Spec(id catalogue.ID, options ...Option) types.SpecReport {
	spec := types.SpecReport{
		LeafNodeType: types.NodeTypeIt, LeafNodeText: string(id), NumAttempts: 1,
		LeafNodeLabels:   []string{string(id), "level:MUST", "area:" + id.Area()},
		LeafNodeLocation: types.CodeLocation{FileName: "/home/someone/csicert/suites/localpv/node.go", LineNumber: 12},
		State:            types.SpecStatePassed, StartTime: started, EndTime: started.Add(1500 * time.Millisecond),
		RunTime: 1500 * time.Millisecond,
	}
	Mark(catalogue.MarkRequests, "17")(&spec)
	for _, option := range options {
		option(&spec)
	}
	return spec
}

// Mark adds a report entry.
func Mark(name catalogue.Mark, value any) Option {
	return func(spec *types.SpecReport) {
		spec.ReportEntries = append(spec.ReportEntries,
			types.ReportEntry{Name: string(name), Time: started, Value: types.WrapEntryValue(value)})
	}
}

// Unmarked takes all report entries away.
func Unmarked() Option { return func(spec *types.SpecReport) { spec.ReportEntries = nil } }

// Ended gives the spec a state, the node it ended in and a message.
func Ended(state types.SpecState, node types.NodeType, message string) Option {
	return func(spec *types.SpecReport) {
		spec.State = state
		spec.Failure = types.Failure{Message: message, FailureNodeType: node, FailureNodeContext: types.FailureNodeIsLeafNode,
			Location: types.CodeLocation{FileName: "/home/someone/csicert/suites/localpv/node.go", LineNumber: 40}}
	}
}

// Failed is a failure of the spec's own judgement.
func Failed(message string) Option {
	return Ended(types.SpecStateFailed, types.NodeTypeIt, message)
}

// Unselected is how Ginkgo reports a spec that the label filter leaves out.
func Unselected() Option {
	return func(spec *types.SpecReport) {
		spec.State, spec.NumAttempts, spec.RunTime, spec.ReportEntries = types.SpecStateSkipped, 0, 0, nil
	}
}

// Run is a record with a requirement for every spec.
func Run(specs ...types.SpecReport) verdict.Record {
	r := verdict.Record{
		Schema: verdict.Schema, ID: "20260504-120000-7f3a", Command: []string{"csicert", "e2e", "--procs", "2"},
		Started: started, Ended: started.Add(3 * time.Minute),
		Harness: verdict.Harness{Version: "0.1.0", Commit: "2ace6c6", Go: "go1.26.8"},
		Cluster: verdict.Cluster{Name: "csicert-7f3a", Context: "kind-csicert-7f3a", Kubernetes: "v1.37.2", Own: true,
			Nodes: []verdict.Node{
				{Name: "a-1", Hostname: "a-1", Region: "r", Zone: "a", Labels: map[string]string{"rack": "rack1", "b": "2"}},
				{Name: "b-1", Hostname: "b-1", Region: "r", Zone: "b"}},
			Image: "csicert/node:v1.37.2", Engine: "docker 20.10.24", Adaptations: []string{"the host has no user namespaces"}},
		Subject: verdict.Subject{Name: "static local volumes", Version: "v1.37.2", Capabilities: []catalogue.Capability{catalogue.LocalVolumes}},
		Seed:    42, Procs: 2, PeakMemoryBytes: 96 << 20, Rerun: "make e2e FOCUS=%s",
		Phases: []verdict.Phase{{Name: "images", Seconds: 1.5, Cached: true}, {Name: "cluster", Seconds: 70}, {Name: "suites", Seconds: 100.25}},
	}
	seen := map[catalogue.ID]bool{}
	for i, spec := range specs {
		if spec.LeafNodeType != types.NodeTypeIt || len(spec.LeafNodeLabels) == 0 {
			continue
		}
		id := catalogue.ID(spec.LeafNodeLabels[0])
		if !seen[id] {
			r.Requirements = append(r.Requirements, Requirement(id, fmt.Sprintf("the promise %d is kept", i)))
		}
		seen[id] = true
	}
	r.Specs = specs
	return r
}

// Mixed is a record with a requirement in every status, whose texts hold what reports must not.
func Mixed() verdict.Record {
	r := Run(
		Spec("LOCAL-002", Failed("requirement: LOCAL-002\nexpected: the pod on node \x1b[31ma-1\x1b[0m\nobserved: it ran on b-1,\n  after 3 s\x00\n"),
			Mark(catalogue.MarkEvidence, "== pod ==\nphase: Running <&>"), Mark(catalogue.MarkTimeline, "0.1s claim data\n0.4s pod reader")),
		Spec("LOCAL-001"),
		Spec("LOCAL-003", Failed("expected: a name\nobserved: none")),
		Spec("LOCAL-004", Unmarked(), Ended(types.SpecStateSkipped, types.NodeTypeIt, "x"), Mark(catalogue.MarkSkipped, catalogue.TwoZones.Sentence())),
		Spec("BIND-001", Failed("waiting for the claim"), Mark(catalogue.MarkBlocked, "Claim data: no volume after 30s")),
		Spec("BIND-002", Mark(catalogue.MarkLeftover, "PersistentVolume v1")),
		Spec("BIND-003", Unmarked(), Ended(types.SpecStateSkipped, types.NodeTypeIt, "x"), Mark(catalogue.MarkUnsupported, "the subject does not claim snapshots")),
	)
	r.Requirements[2].Level = catalogue.Should
	r.Requirements = append(r.Requirements, Requirement("BIND-004", "a claim that nothing matches stays Pending"))
	r.Requirements[7].Needs = []catalogue.Capability{catalogue.TwoNodes}
	return r
}
