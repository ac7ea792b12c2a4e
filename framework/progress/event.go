// Package progress exists so that whoever waits for a run sees how far it is: the suites' processes send what happens
// over a socket while the run goes on, and a display tells it to a person, to a log, or to a machine.
package progress

import "time"

// Schema is the form of the events as JSON: see README.md. Within v1 fields and kinds of events are only added.
const Schema = "csicert/progress/v1"

// Kind says what happened.
type Kind string

const (
	Begun   Kind = "begun"   // the suites begin; Total is known
	Note    Kind = "note"    // a sentence about the run as a whole
	Started Kind = "started" // a spec began
	Ended   Kind = "ended"   // a spec ended, its undoing included
	Done    Kind = "done"    // nothing more will come
)

// Outcomes of a spec, as far as they are known while the run goes on; the verdict is made from the record.
const (
	Passed      = "passed"
	Failed      = "failed"  // by its own judgement
	Warned      = "warned"  // the same of a SHOULD or a MAY
	Blocked     = "blocked" // it did not get as far as judging
	Skipped     = "skipped"
	Unsupported = "unsupported"
	Broken      = "error" // of the harness
)

// Event is one thing that happened.
type Event struct {
	Schema   string    `json:"schema"`
	Time     time.Time `json:"time"`
	Kind     Kind      `json:"event"`
	ID       string    `json:"id,omitempty"`         // of the requirement, of Started and Ended
	Outcome  string    `json:"outcome,omitempty"`    // of Ended
	Seconds  float64   `json:"seconds,omitempty"`    // that the spec took, of Ended
	Text     string    `json:"text,omitempty"`       // of Note; of Ended: why it did not pass, in a line
	Done     int       `json:"done"`                 // specs that ended so far
	Bad      int       `json:"failed"`               // of these, failed, blocked or with an error
	Total    int       `json:"total"`                // that were selected; 0: not known yet
	Running  []string  `json:"running,omitempty"`    // IDs, the longest first
	LeftSecs float64   `json:"secondsLeft,omitzero"` // estimated; left out where nothing can be said yet
}

func bad(outcome string) bool { return outcome == Failed || outcome == Blocked || outcome == Broken }
