package verdict

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"csicert/framework/catalogue"
)

// dayForm is how a day is written: 2026-05-04.
const dayForm = time.DateOnly

// Baseline is what was known to fail when the run began, so that only what is new gates.
type Baseline struct {
	File   string  `json:"file"`             // as it was named
	Strict bool    `json:"strict,omitempty"` // a known failure that passes ends with exit code 1, too
	Known  []Known `json:"known"`            // by ID
}

// Known is a failure that somebody has looked into and answers for until a day.
type Known struct {
	ID      catalogue.ID `json:"id"`
	Reason  string       `json:"reason"`
	Link    string       `json:"link"`
	Expires string       `json:"expires"` // the last day on which it holds, in UTC
}

// Sentence says all of it in one line.
func (k Known) Sentence() string {
	return Plain(fmt.Sprintf("known until %s: %s (%s)", k.Expires, k.Reason, k.Link))
}

// Covers tells whether the entry still holds at that time: to the end of its last day. A day that cannot be read
// covers nothing.
func (k Known) Covers(at time.Time) bool {
	last, err := time.Parse(dayForm, k.Expires)
	return err == nil && at.UTC().Before(last.AddDate(0, 0, 1))
}

// excuse marks a result that the baseline speaks of. Only a requirement that failed by its own judgement is a known
// failure: what was blocked, skipped or an error of the harness was not judged, and nobody can have known it.
func (r Record) excuse(result Result) Result {
	if r.Baseline == nil || result.Status != Fail {
		return result
	}
	at := slices.IndexFunc(r.Baseline.Known, func(k Known) bool { return k.ID == result.Requirement.ID })
	if at >= 0 && r.Baseline.Known[at].Covers(r.Started) {
		known := r.Baseline.Known[at]
		result.Known = &known
	}
	return result
}

// healed are the entries whose requirement passed. They are to be taken out of the baseline.
func (v Verdict) healed() []Known {
	if v.Run.Baseline == nil {
		return nil
	}
	passed := v.With(Pass)
	var all []Known
	for _, k := range v.Run.Baseline.Known {
		if slices.ContainsFunc(passed, func(r Result) bool { return r.Requirement.ID == k.ID }) {
			all = append(all, k)
		}
	}
	return all
}

// KnownFailures are the results that failed and do not gate, by ID.
func (v Verdict) KnownFailures() []Result {
	return slices.DeleteFunc(v.With(Fail), func(r Result) bool { return r.Known == nil })
}

// gating are the failures that the baseline does not excuse.
func (v Verdict) gating() []Result {
	return slices.DeleteFunc(v.With(Fail), func(r Result) bool { return r.Known != nil })
}

// nothing is what can be said when nothing gates.
func (v Verdict) nothing() string {
	if len(v.KnownFailures()) > 0 {
		return "nothing new failed"
	}
	return "nothing failed"
}

// tellBaseline adds what the baseline changed to the sentence.
func (v *Verdict) tellBaseline() {
	if known := v.KnownFailures(); len(known) > 0 && v.Selected != KnownFailures {
		v.Sentence += fmt.Sprintf("; besides, %d known failures: %s", len(known), list(known))
	}
	if len(v.Healed) == 0 {
		return
	}
	var ids []string
	for _, k := range v.Healed {
		ids = append(ids, string(k.ID))
	}
	v.Sentence += fmt.Sprintf("; %d known failures pass now and are to be taken out of the baseline: %s", len(ids), strings.Join(ids, ", "))
}
