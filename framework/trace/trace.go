// Package trace exists so that when each of a spec's objects came to what is written down once, in the run's record,
// in a form that charts and distributions can be made from with no cluster.
package trace

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"
)

// Schema is the form that this package writes and reads.
const Schema = "csicert/trace/v1"

// Kinds of objects.
const (
	Claim    = "claim"
	Pod      = "pod"
	Volume   = "volume"
	Snapshot = "snapshot"
	Content  = "snapshot content"
)

// States that are looked for; others, such as a pod's phase Failed, stand as the API calls them.
const (
	Created   = "created"
	Selected  = "node selected" // of a claim: the scheduler chose
	Scheduled = "scheduled"     // of a pod
	Bound     = "Bound"
	Running   = "Running"
	Ready     = "ready" // of a snapshot and its content: readyToUse
	Ending    = "deletion asked for"
	Gone      = "gone"
)

// Trace is what the watches of one spec showed.
type Trace struct {
	Schema  string    `json:"schema"` // Schema; Encode fills it in
	Began   time.Time `json:"began"`  // when the spec's bench was opened
	Objects []Object  `json:"objects"`
}

// Object is one object's life, from its creation until the spec's judgement.
type Object struct {
	Kind        string              `json:"kind"`
	Name        string              `json:"name"`
	Uses        []Ref               `json:"uses,omitempty"`        // pod: its claims; claim: what fills it; snapshot: its claim; volume: its claim; content: its snapshot
	Node        string              `json:"node,omitempty"`        // of a pod: where it was scheduled
	Segment     map[string][]string `json:"segment,omitempty"`     // of a volume: the node labels that its affinity requires
	Provisioner string              `json:"provisioner,omitempty"` // of a volume: who made it; empty for one that stood there
	States      []State             `json:"states"`                // in the order in which they were first seen
}

// Ref names another object of the trace.
type Ref struct {
	Kind string `json:"kind"`
	Name string `json:"name"`
}

// State is something that an object came to.
type State struct {
	At   float64 `json:"at"` // seconds since Began, by the harness's clock
	What string  `json:"what"`
}

// When is the moment at which the object was first seen in the state.
func (o Object) When(what string) (at float64, ever bool) {
	for _, s := range o.States {
		if s.What == what {
			return s.At, true
		}
	}
	return 0, false
}

// Encode writes the trace as one line of JSON.
func (t Trace) Encode() (string, error) {
	t.Schema = Schema
	text, err := json.Marshal(t)
	if err != nil {
		return "", fmt.Errorf("encoding a spec's trace: %w", err)
	}
	return string(text), nil
}

// Decode reads what Encode wrote. Fields of the same schema that it does not know are an error.
func Decode(text string) (Trace, error) {
	var form struct {
		Schema string `json:"schema"`
	}
	if err := json.Unmarshal([]byte(text), &form); err != nil {
		return Trace{}, fmt.Errorf("trace: found no JSON object (%w), accepted is schema %q", err, Schema)
	}
	if form.Schema != Schema {
		return Trace{}, fmt.Errorf("trace: schema: found %q, accepted is %q", form.Schema, Schema)
	}
	var t Trace
	decoder := json.NewDecoder(bytes.NewReader([]byte(text)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&t); err != nil {
		return Trace{}, fmt.Errorf("trace: found what is not of schema %q: %w", Schema, err)
	}
	return t, nil
}
