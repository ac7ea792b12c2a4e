package recorded

import (
	"fmt"
	"strings"
	"time"

	"github.com/onsi/ginkgo/v2/types"

	"csicert/framework/catalogue"
	"csicert/framework/trace"
	"csicert/reports/verdict"
)

// Restored gives a spec the trace of a claim in zone a, its snapshot, ready after so many seconds, and a restore of it.
// All other waits grow with that one.
func Restored(seconds float64) Option {
	return func(spec *types.SpecReport) {
		name := func(kind string) string { return strings.ToLower(spec.LeafNodeLabels[0]) + "-" + kind }
		t := trace.Trace{Began: started, Objects: []trace.Object{
			{Kind: trace.Claim, Name: name("claim-1"), States: at(0.1, trace.Created, 0.3, trace.Selected, 0.2+seconds, trace.Bound)},
			{Kind: trace.Pod, Name: name("pod-1"), Node: "a-1", Uses: ref(trace.Claim, name("claim-1")),
				States: at(0.2, trace.Created, 0.3+seconds, trace.Scheduled, 1.2+2*seconds, trace.Running, 2+2*seconds, trace.Ending, 3+2*seconds, trace.Gone)},
			{Kind: trace.Volume, Name: "pvc-" + name("1"), Uses: ref(trace.Claim, name("claim-1")), Provisioner: "nfs.example",
				Segment: map[string][]string{"topology.kubernetes.io/zone": {"a"}}, States: at(0.1+seconds, trace.Created, 0.2+seconds, trace.Bound)},
			{Kind: trace.Snapshot, Name: name("snapshot-1"), Uses: ref(trace.Claim, name("claim-1")),
				States: at(3+2*seconds, trace.Created, 3.1+2*seconds, trace.Bound, 3+3*seconds, trace.Ready)},
			{Kind: trace.Claim, Name: name("claim-2"), Uses: ref(trace.Snapshot, name("snapshot-1")),
				States: at(3.1+3*seconds, trace.Created, 3.3+3*seconds, trace.Selected, 3.2+4*seconds, trace.Bound)},
			{Kind: trace.Pod, Name: name("pod-2"), Node: "b-1", Uses: ref(trace.Claim, name("claim-2")),
				States: at(3.2+3*seconds, trace.Created, 3.3+4*seconds, trace.Scheduled, 4.2+5*seconds, trace.Running)},
			{Kind: trace.Volume, Name: "pvc-" + name("2"), Uses: ref(trace.Claim, name("claim-2")), Provisioner: "nfs.example",
				Segment: map[string][]string{"topology.kubernetes.io/zone": {"b"}}, States: at(3.1+4*seconds, trace.Created, 3.2+4*seconds, trace.Bound)},
		}}
		spec.RunTime = time.Duration((5 + 5*seconds) * float64(time.Second))
		text, err := t.Encode()
		if err != nil {
			panic(err) // a trace of this package's own
		}
		Mark(catalogue.MarkTrace, text)(spec)
		Mark(catalogue.MarkTimeline, fmt.Sprintf("  0.100s created claim %s\n%7.3fs filled %s: 95 entries\n%7.3fs %s sees 90 entries",
			name("claim-1"), 1.5+2*seconds, name("pod-1"), 4.5+5*seconds, name("pod-2")))(spec)
	}
}

func at(pairs ...any) (states []trace.State) {
	for i := 0; i < len(pairs); i += 2 {
		states = append(states, trace.State{At: pairs[i].(float64), What: pairs[i+1].(string)})
	}
	return states
}

func ref(kind, name string) []trace.Ref { return []trace.Ref{{Kind: kind, Name: name}} }

// callsEvidence is what a driver and its sidecar log during a spec that Restored describes with 2 seconds.
const callsEvidence = `== events ==
12:00:00.000 Normal PersistentVolumeClaim/snap-001-claim-1 WaitForFirstConsumer: waiting for first consumer
== claims ==
---
metadata:
  name: snap-001-claim-1
== what driver of controller-0 on a-1 said of it ==
{"time":"2026-05-04T12:00:02Z","level":"INFO","msg":"call","method":"/csi.v1.Controller/CreateVolume","code":"OK","ms":1500,"request":"{\"name\":\"pvc-snap-001-1\"}"}
{"time":"2026-05-04T12:00:09Z","level":"INFO","msg":"call","method":"/csi.v1.Controller/CreateSnapshot","code":"OK","ms":1800,"request":"{}"}
{"time":"2026-05-04T12:00:09.9Z","level":"ERROR","msg":"call","method":"/csi.v1.Controller/CreateVolume","code":"Aborted","ms":300,"request":"{}","error":"a restore is under way"}
{"time":"2026-05-04T12:00:11Z","level":"INFO","msg":"call","method":"/csi.v1.Controller/CreateVolume","code":"OK","ms":900,"request":"{}"}
== what driver of node-1 on b-1 said of it ==
{"time":"2026-05-04T12:00:13Z","level":"INFO","msg":"call","method":"/csi.v1.Node/NodeStageVolume","code":"OK","ms":400,"request":"{}"}
{"time":"2026-05-04T12:00:13.5Z","level":"INFO","msg":"call","method":"/csi.v1.Node/NodePublishVolume","code":"OK","ms":120,"request":"{}"}
`

// Told is Mixed with everything that a record may hold: a driver with its images, traces, CSI calls, a track record,
// and one failed requirement of snapshots.
func Told() verdict.Record {
	r := Run(
		Spec("SNAP-001", Failed("expected: the tree to hold exactly the 95 entries of digest 01f2\nobserved: 90 entries of digest 61da, 2 differences\n  \"mixed-1/.hidden\": missing (file)\n  \"mixed-1/.d\": missing (dir)"),
			Restored(2), Mark(catalogue.MarkEvidence, callsEvidence)),
		Spec("SNAP-002", Restored(0.4)), Spec("SNAP-003", Restored(0.8)), Spec("SNAP-004", Restored(3)),
		Spec("SNAP-005", Unmarked(), Ended(types.SpecStateSkipped, types.NodeTypeIt, "x"), Mark(catalogue.MarkUnsupported, catalogue.RestoreElsewhere.Sentence())),
	)
	mixed := Mixed()
	r.Requirements = append(r.Requirements, mixed.Requirements...)
	r.Specs = append(r.Specs, mixed.Specs...)
	for i := range 5 {
		r.Requirements[i].Needs = []catalogue.Capability{catalogue.Driver, catalogue.Snapshots}
	}
	r.Requirements[4].Needs = append(r.Requirements[4].Needs, catalogue.RestoreElsewhere)
	r.Subject = verdict.Subject{Name: "nfs.example", Capabilities: []catalogue.Capability{catalogue.LocalVolumes, catalogue.TwoNodes, catalogue.Driver, catalogue.Snapshots},
		Components: []verdict.Component{
			{Container: "driver", Image: "example/nfsplugin:1.2.0", Digest: "sha256:" + strings.Repeat("1a", 32)},
			{Container: "csi-provisioner", Image: "example/csi-provisioner:v6.1.0", Digest: "sha256:" + strings.Repeat("2b", 32), Sidecar: true},
			{Container: "snapshot-controller", Image: "example/snapshot-controller:v8.4.0", Sidecar: true}}}
	r.Track = []verdict.Proven{{Requirement: "SNAP-001", Mutant: "affinity-removed", Outcome: "killed"},
		{Requirement: "LOCAL-001", Mutant: "affinity-removed", Outcome: "survived"}}
	return r
}
