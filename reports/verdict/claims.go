package verdict

import (
	"fmt"
	"slices"
	"strings"

	"csicert/framework/catalogue"
)

// hold puts a result beside what the subject claims, which is its word and not the spec's. A spec that skips for the
// lack of what was there, or judges what was never claimed, has not judged the subject.
func (s Subject) hold(r Result) Result {
	lacks, unclaimed := s.unclaimed(r.Requirement)
	switch r.Status {
	case Unsupported, Skipped:
		for _, c := range s.Capabilities {
			if r.Reason == c.Sentence() {
				r.Status, r.Reason = Error, fmt.Sprintf("ended %s although the run had %s: %s", r.Status, c, r.Reason)
				return r
			}
		}
	case NotRun:
		if unclaimed {
			r.Status, r.Reason = Unsupported, lacks.Sentence()
		}
	case Pass, Warn, Fail:
		if unclaimed {
			r.Status, r.Reason = Error, strings.TrimSuffix(fmt.Sprintf("ended %s although %s: %s", r.Status, lacks.Sentence(), r.Reason), ": ")
		}
	}
	return r
}

// unclaimed is the first thing that the requirement needs of a driver and that the subject does not claim.
func (s Subject) unclaimed(r catalogue.Requirement) (catalogue.Capability, bool) {
	for _, c := range r.Needs {
		if c.OfDriver() && !slices.Contains(s.Capabilities, c) {
			return c, true
		}
	}
	return "", false
}

// unexercised are the claims of which nothing was judged, in the order in which the subject makes them. What nobody
// looked at is not certified, also where no MUST speaks of it.
func (v Verdict) unexercised() []catalogue.Capability {
	var claims []catalogue.Capability
	for _, c := range v.Run.Subject.Capabilities {
		judged := slices.ContainsFunc(v.With(Pass, Warn, Fail), func(r Result) bool { return slices.Contains(r.Requirement.Needs, c) })
		if c.OfDriver() && !judged && !slices.Contains(claims, c) {
			claims = append(claims, c)
		}
	}
	return claims
}
