package trace_test

import (
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"csicert/framework/trace"
)

func at(pairs ...any) (states []trace.State) {
	for i := 0; i < len(pairs); i += 2 {
		states = append(states, trace.State{At: pairs[i].(float64), What: pairs[i+1].(string)})
	}
	return states
}

func ref(kind, name string) []trace.Ref { return []trace.Ref{{Kind: kind, Name: name}} }

func TestTraceSurvivesItsText(t *testing.T) {
	g := NewWithT(t)
	was := trace.Trace{Began: time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC), Objects: []trace.Object{
		{Kind: trace.Volume, Name: "v", Uses: ref(trace.Claim, "c"), Segment: map[string][]string{"zone": {"a"}}, Provisioner: "p", States: at(0.25, trace.Created)}}}
	text, err := was.Encode()
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(text).NotTo(ContainSubstring("\n"))
	is, err := trace.Decode(text)
	g.Expect(err).NotTo(HaveOccurred())
	was.Schema = trace.Schema
	g.Expect(is).To(Equal(was))
}

func TestTextThatIsNoTrace(t *testing.T) {
	for text, says := range map[string]string{
		`no`:                            "found no JSON object",
		`{}`:                            `schema: found "", accepted is "csicert/trace/v1"`,
		`{"schema":"csicert/trace/v2"}`: `found "csicert/trace/v2"`,
		`{"schema":"csicert/trace/v1","objekts":[]}`:   `unknown field "objekts"`,
		`{"schema":"csicert/trace/v1","objects":"no"}`: `found what is not of schema`,
	} {
		_, err := trace.Decode(text)
		NewWithT(t).Expect(err).To(MatchError(ContainSubstring(says)), text)
	}
}

func TestSamples(t *testing.T) {
	claim := func(uses []trace.Ref, states ...any) trace.Object {
		return trace.Object{Kind: trace.Claim, Name: "c", Uses: uses, States: at(states...)}
	}
	pod := func(states ...any) trace.Object {
		return trace.Object{Kind: trace.Pod, Name: "p", Uses: ref(trace.Claim, "c"), States: at(states...)}
	}
	volume := trace.Object{Kind: trace.Volume, Name: "v", Uses: ref(trace.Claim, "c"), Provisioner: "d", States: at(1.0, trace.Created)}
	static := volume
	static.Provisioner = ""
	for name, c := range map[string]struct {
		objects []trace.Object
		want    []trace.Sample
	}{
		"bound at once":       {[]trace.Object{claim(nil, 1.0, trace.Created, 3.0, trace.Bound), volume}, []trace.Sample{{trace.ClaimToBound, "c", 2}}},
		"bound before a pod":  {[]trace.Object{claim(nil, 1.0, trace.Created, 3.0, trace.Bound), volume, pod(4.0, trace.Created)}, []trace.Sample{{trace.ClaimToBound, "c", 2}}},
		"waited for a pod":    {[]trace.Object{claim(nil, 1.0, trace.Created, 9.0, trace.Bound), volume, pod(8.0, trace.Created, 11.0, trace.Running)}, []trace.Sample{{trace.ClaimToBound, "c", 1}, {trace.PodToRunning, "p", 3}}},
		"never bound":         {[]trace.Object{claim(nil, 1.0, trace.Created), volume}, nil},
		"bound to what stood": {[]trace.Object{claim(nil, 1.0, trace.Created, 3.0, trace.Bound), static}, nil},
		"restored": {[]trace.Object{claim(ref(trace.Snapshot, "s"), 1.0, trace.Created, 3.0, trace.Bound), volume, pod(1.5, trace.Created, 6.5, trace.Running)},
			[]trace.Sample{{trace.ClaimToBound, "c", 1.5}, {trace.RestoreToReadable, "c", 5}, {trace.PodToRunning, "p", 5}}},
		"the first pod counts": {[]trace.Object{claim(ref(trace.Snapshot, "s"), 1.0, trace.Created), pod(7.0, trace.Created, 9.0, trace.Running), pod(2.0, trace.Created)},
			[]trace.Sample{{trace.PodToRunning, "p", 2}}},
		"snapshot": {[]trace.Object{{Kind: trace.Snapshot, Name: "s", Uses: ref(trace.Claim, "c"), States: at(1.0, trace.Created, 1.5, trace.Ready)}},
			[]trace.Sample{{trace.SnapshotToReady, "s", 0.5}}},
		"adopted snapshot": {[]trace.Object{{Kind: trace.Snapshot, Name: "s", States: at(1.0, trace.Created, 1.5, trace.Ready)}}, nil},
	} {
		NewWithT(t).Expect(trace.Trace{Objects: c.objects}.Samples()).To(Equal(c.want), name)
	}
}
