package verdict

import (
	"fmt"
	"strings"

	"csicert/framework/catalogue"
)

// Conclusion is the verdict in one word.
type Conclusion int

const (
	Conformant    Conclusion = iota // every MUST that the subject claims was judged and kept
	NotConformant                   // a MUST was not kept
	Partial                         // nothing failed, and a MUST or a claim was not judged
	HarnessError                    // the harness or the infrastructure failed
	KnownFailures                   // nothing was broken but what the baseline knows; no certificate, and no reason to stop
)

var conclusionWords = [...]string{
	Conformant: "conformant", NotConformant: "not conformant", Partial: "partial", HarnessError: "harness error",
	KnownFailures: "not conformant: known failures only",
}

func (c Conclusion) String() string {
	if c < 0 || int(c) >= len(conclusionWords) {
		return fmt.Sprintf("Conclusion(%d)", int(c))
	}
	return conclusionWords[c]
}

// MarshalText writes the conclusion as String does.
func (c Conclusion) MarshalText() ([]byte, error) {
	if c < 0 || int(c) >= len(conclusionWords) {
		return nil, fmt.Errorf("conclusion: found %d, accepted are 0 to %d", int(c), len(conclusionWords)-1)
	}
	return []byte(conclusionWords[c]), nil
}

// NothingJudged is the problem of a run in which no requirement was judged: alone it says only what the
// requirements' own statuses say.
const NothingJudged = "nothing was judged: no requirement ended pass, warn or fail"

// ExitCode is 0 when what was selected is conformant, 1 when it is not, 2 when it is partial, and 3 when the
// harness or the infrastructure failed, whatever else failed beside it. Known failures leave it at 0; under a strict
// baseline, one that passes makes it 1.
func (v Verdict) ExitCode() int {
	if v.Selected != Conformant && v.Selected != KnownFailures {
		return int(v.Selected)
	}
	if len(v.Healed) > 0 && v.Run.Baseline.Strict {
		return int(NotConformant)
	}
	return 0
}

func (v *Verdict) conclude() {
	if v.Counts.Of(Pass, Warn, Fail) == 0 {
		v.Problems = append(v.Problems, NothingJudged)
	}
	errors, failed, open := v.With(Error), v.gating(), v.unjudgedMusts()
	switch {
	case len(errors) > 0 || len(v.Problems) > 0:
		v.Selected = HarnessError
		v.Sentence = "harness error: the harness or the infrastructure failed"
		if len(errors) > 0 {
			v.Sentence += " in " + list(errors)
		}
		if len(v.Problems) > 0 {
			v.Sentence += "; " + strings.Join(v.Problems, "; ")
		}
		if len(failed) > 0 {
			v.Sentence += fmt.Sprintf("; besides, %d MUST were not kept: %s", len(failed), list(failed))
		}
	case len(failed) > 0:
		v.Selected = NotConformant
		v.Sentence = fmt.Sprintf("not conformant: %d MUST of %s were not kept: %s", len(failed), v.scope(), list(failed))
		if len(open) > 0 {
			v.Sentence += fmt.Sprintf("; %d more were not judged: %s", len(open), list(open))
		}
	case len(open) > 0:
		v.Selected = Partial
		v.Sentence = fmt.Sprintf("partial: %s, but %d MUST of %s were not judged: %s", v.nothing(), len(open), v.scope(), list(open))
	case len(v.Unexercised) > 0:
		v.Selected = Partial
		v.Sentence = fmt.Sprintf("partial: %s, but no requirement judged what is claimed: %v", v.nothing(), v.Unexercised)
	case len(v.KnownFailures()) > 0:
		v.Selected = KnownFailures
		known := v.KnownFailures()
		v.Sentence = fmt.Sprintf("not conformant, and nothing new: %d MUST of %s were not kept, all of them known: %s", len(known), v.scope(), list(known))
	default:
		v.Selected = Conformant
		v.Sentence = fmt.Sprintf("conformant: every MUST of %s that is claimed was judged and kept", v.scope())
	}
	v.tellBaseline()
	v.Conclusion = v.Selected
	if v.Focused {
		if v.Conclusion == Conformant {
			v.Conclusion = Partial
			v.Sentence = fmt.Sprintf("nothing failed: every MUST of %s that is claimed was judged and kept", v.scope())
		}
		v.Sentence = fmt.Sprintf("focused run, which certifies nothing (%d requirements left out): %s", len(v.Unselected), v.Sentence)
	}
}

func (v Verdict) scope() string {
	if n := len(v.Results()); v.Focused {
		return fmt.Sprintf("the %d selected requirements", n)
	} else {
		return fmt.Sprintf("%d requirements", n)
	}
}

// unjudgedMusts are what stands between nothing failed and conformant. Unsupported is an answer, these are not.
func (v Verdict) unjudgedMusts() []Result {
	var open []Result
	for _, result := range v.With(Skipped, NotRun, Blocked) {
		if result.Requirement.Level == catalogue.Must {
			open = append(open, result)
		}
	}
	return open
}

func list(results []Result) string {
	const most = 10 // the reports below the sentence name them all
	var names []string
	for i, result := range results {
		if i == most {
			names = append(names, fmt.Sprintf("and %d more", len(results)-most))
			break
		}
		name := string(result.Requirement.ID)
		if result.Status != Fail && result.Status != Error {
			name += " (" + result.Status.String() + ")"
		}
		names = append(names, name)
	}
	return strings.Join(names, ", ")
}
