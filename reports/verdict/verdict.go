package verdict

import (
	"slices"
	"strings"

	"github.com/onsi/ginkgo/v2/types"

	"csicert/framework/catalogue"
)

// Verdict is what a run means. It has no maps and no clock: the same record gives the same verdict.
type Verdict struct {
	Run        Record     `json:"run"`        // without Requirements and Specs: Areas say what became of them
	Catalogue  string     `json:"catalogue"`  // its version, see catalogue.Version
	Conclusion Conclusion `json:"conclusion"` // of the certificate: at most Partial when Focused
	Selected   Conclusion `json:"selected"`   // of the requirements that were selected; decides the exit code
	Sentence   string     `json:"sentence"`
	Focused    bool       `json:"focused"` // the filter left requirements out
	Areas      []Area     `json:"areas"`   // of the selected requirements, by name
	Counts     Counts     `json:"counts"`  // of the selected requirements
	// Problems are what went wrong with the run as a whole: an interruption, a suite node that failed.
	Problems   []string       `json:"problems,omitempty"`
	Unselected []catalogue.ID `json:"unselected,omitempty"`
	// Unexercised is what the subject claims and no requirement judged; empty when Focused.
	Unexercised []catalogue.Capability `json:"unexercised,omitempty"`
	// Healed are the known failures that passed.
	Healed []Known `json:"healed,omitempty"`
}

// Area is the requirements whose IDs begin alike.
type Area struct {
	Name    string   `json:"name"`
	Status  Status   `json:"status"`  // the maximum of the results'
	Results []Result `json:"results"` // by ID
}

// Of judges a record. The error means that the record cannot be judged: it is of another schema, of a dry run,
// or its specs and its catalogue do not fit each other. All of these are bad input.
func Of(r Record) (Verdict, error) {
	if r.Schema != Schema {
		return Verdict{}, badInput("run record: schema: found %q, accepted is %q", r.Schema, Schema)
	}
	if r.DryRun {
		return Verdict{}, badInput("run record: dryRun: found true, accepted is a run that judged something")
	}
	selects, err := types.ParseLabelFilter(r.Filter)
	if err != nil {
		return Verdict{}, badInput("run record: filter: found %q, accepted is a Ginkgo label filter: %v", r.Filter, err)
	}
	requirements, err := sorted(r.Requirements)
	if err != nil {
		return Verdict{}, err
	}
	specs, problems, err := identify(r.Specs, requirements)
	if err != nil {
		return Verdict{}, err
	}
	if r.Interrupted != "" {
		problems = append([]string{"the run ended early: " + Plain(r.Interrupted)}, problems...)
	}

	v := Verdict{Run: r, Catalogue: catalogue.Version(r.Requirements), Problems: problems}
	v.Run.Requirements, v.Run.Specs = nil, nil
	for _, requirement := range requirements {
		spec, there := specs[requirement.ID]
		switch {
		case there && (spec.NumAttempts > 0 || selects(spec.Labels())):
			result, err := judge(requirement, spec, r.Rerun)
			if err != nil {
				return Verdict{}, err
			}
			v.add(r.excuse(r.Subject.hold(result)))
		case !there && selects(requirement.Labels()):
			v.add(r.Subject.hold(Result{Requirement: requirement, Status: NotRun, Reason: "the run has no spec of it",
				Rerun: strings.ReplaceAll(r.Rerun, "%s", string(requirement.ID))}))
		default:
			v.Unselected = append(v.Unselected, requirement.ID)
		}
	}
	v.Focused = len(v.Unselected) > 0
	if !v.Focused {
		v.Unexercised = v.unexercised()
	}
	v.Healed = v.healed()
	v.Counts = count(v.Areas)
	v.conclude()
	return v, nil
}

// Results are those of all areas, by ID.
func (v Verdict) Results() []Result {
	var all []Result
	for _, area := range v.Areas {
		all = append(all, area.Results...)
	}
	return all
}

// With are the results that ended in one of the statuses, by ID.
func (v Verdict) With(statuses ...Status) []Result {
	return slices.DeleteFunc(v.Results(), func(r Result) bool { return !slices.Contains(statuses, r.Status) })
}

// add expects results by ID.
func (v *Verdict) add(result Result) {
	name := result.Requirement.ID.Area()
	if n := len(v.Areas); n == 0 || v.Areas[n-1].Name != name {
		v.Areas = append(v.Areas, Area{Name: name})
	}
	area := &v.Areas[len(v.Areas)-1]
	area.Results = append(area.Results, result)
	area.Status = Max(area.Status, result.Status)
}
