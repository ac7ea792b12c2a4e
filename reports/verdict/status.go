package verdict

import (
	"fmt"
	"slices"
)

// Status is what became of a requirement. The order matters: a parent is the maximum of its children.
type Status int

const (
	Unsupported Status = iota // the subject does not claim what the requirement needs
	Skipped                   // the cluster lacks what the requirement needs
	NotRun                    // selected, and no spec judged it
	Pass                      // the promise was kept
	Warn                      // a SHOULD or MAY was not kept
	Blocked                   // the spec could not get as far as its judgement
	Fail                      // a MUST was not kept
	Error                     // the harness failed, and says nothing about the subject
)

var statusWords = [...]string{
	Unsupported: "unsupported", Skipped: "skipped", NotRun: "not run", Pass: "pass",
	Warn: "warn", Blocked: "blocked", Fail: "fail", Error: "error",
}

func (s Status) String() string {
	if s < 0 || int(s) >= len(statusWords) {
		return fmt.Sprintf("Status(%d)", int(s))
	}
	return statusWords[s]
}

// MarshalText writes the status as String does.
func (s Status) MarshalText() ([]byte, error) {
	if s < 0 || int(s) >= len(statusWords) {
		return nil, fmt.Errorf("status: found %d, accepted are 0 to %d", int(s), len(statusWords)-1)
	}
	return []byte(statusWords[s]), nil
}

// Max is the status of a whole: the greatest of its parts, Unsupported when it has none.
func Max(statuses ...Status) Status {
	return slices.Max(append(statuses, Unsupported))
}

// Statuses are all there are, in order.
func Statuses() []Status {
	all := make([]Status, len(statusWords))
	for i := range all {
		all[i] = Status(i)
	}
	return all
}

// Counts says how many requirements ended in each status, in the order of Statuses.
type Counts []Count

// Count is one line of Counts.
type Count struct {
	Status Status `json:"status"`
	Number int    `json:"number"`
}

// Of adds up the requirements that ended in one of the statuses.
func (c Counts) Of(statuses ...Status) int {
	sum := 0
	for _, count := range c {
		if slices.Contains(statuses, count.Status) {
			sum += count.Number
		}
	}
	return sum
}

func count(areas []Area) Counts {
	var counts Counts
	for _, s := range Statuses() {
		counts = append(counts, Count{Status: s})
	}
	for _, area := range areas {
		for _, result := range area.Results {
			counts[result.Status].Number++
		}
	}
	return counts
}
