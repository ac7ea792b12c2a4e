package statement

import (
	"slices"
	"strings"

	"csicert/framework/catalogue"
	"csicert/reports/verdict"
)

// Core is the profile of what every subject is judged by: requirements that need no claim beyond there being a driver.
// All others are called after the capability that they need.
const Core = "core"

// Profile is what became of the requirements of one capability. A requirement that needs two stands in both, so the
// numbers of profiles do not add up to those of the run.
type Profile struct {
	Name         string   `yaml:"name"`
	Conclusion   string   `yaml:"conclusion"`
	Requirements int      `yaml:"requirements"`
	Passed       int      `yaml:"passed"`
	Warned       []string `yaml:"warned,omitempty"`
	Failed       []string `yaml:"failed,omitempty"`
	Errors       []string `yaml:"errors,omitempty"`
	Blocked      []string `yaml:"blocked,omitempty"`
	Skipped      []string `yaml:"skipped,omitempty"`
	NotRun       []string `yaml:"notRun,omitempty"`
	Unsupported  int      `yaml:"unsupported,omitempty"`
	LeftOut      int      `yaml:"leftOut,omitempty"`
}

// profilesOf a requirement: by the claims that it needs.
func profilesOf(r catalogue.Requirement) []string {
	var names []string
	for _, need := range r.Needs {
		if need.OfDriver() && need != catalogue.Driver {
			names = append(names, string(need))
		}
	}
	if len(names) == 0 {
		return []string{Core}
	}
	return names
}

// profiles are core and then the capabilities by name.
func profiles(requirements []catalogue.Requirement, v verdict.Verdict) []Profile {
	byName := map[string]*Profile{}
	open := map[string]bool{} // a MUST of the profile was not judged
	for _, requirement := range requirements {
		at := slices.IndexFunc(v.Results(), func(r verdict.Result) bool { return r.Requirement.ID == requirement.ID })
		for _, name := range profilesOf(requirement) {
			p := byName[name]
			if p == nil {
				p = &Profile{Name: name}
				byName[name] = p
			}
			p.Requirements++
			if at < 0 {
				p.LeftOut++
				open[name] = true
				continue
			}
			status := v.Results()[at].Status
			p.count(string(requirement.ID), status)
			if requirement.Level == catalogue.Must && (status == verdict.Skipped || status == verdict.NotRun || status == verdict.Blocked) {
				open[name] = true
			}
		}
	}
	var all []Profile
	for name, p := range byName {
		p.conclude(open[name])
		for _, list := range []*[]string{&p.Warned, &p.Failed, &p.Errors, &p.Blocked, &p.Skipped, &p.NotRun} {
			slices.Sort(*list)
		}
		all = append(all, *p)
	}
	slices.SortFunc(all, func(a, b Profile) int {
		if (a.Name == Core) != (b.Name == Core) {
			if a.Name == Core {
				return -1
			}
			return 1
		}
		return strings.Compare(a.Name, b.Name)
	})
	return all
}

func (p *Profile) count(id string, s verdict.Status) {
	switch s {
	case verdict.Pass:
		p.Passed++
	case verdict.Warn:
		p.Warned = append(p.Warned, id)
	case verdict.Fail:
		p.Failed = append(p.Failed, id)
	case verdict.Error:
		p.Errors = append(p.Errors, id)
	case verdict.Blocked:
		p.Blocked = append(p.Blocked, id)
	case verdict.Skipped:
		p.Skipped = append(p.Skipped, id)
	case verdict.NotRun:
		p.NotRun = append(p.NotRun, id)
	case verdict.Unsupported:
		p.Unsupported++
	}
}

// conclude speaks of a profile in the words of a verdict; of one that the subject does not claim it says so.
func (p *Profile) conclude(open bool) {
	switch {
	case p.Unsupported == p.Requirements:
		p.Conclusion = verdict.Unsupported.String()
	case len(p.Errors) > 0:
		p.Conclusion = verdict.HarnessError.String()
	case len(p.Failed) > 0:
		p.Conclusion = verdict.NotConformant.String()
	case open:
		p.Conclusion = verdict.Partial.String()
	default:
		p.Conclusion = verdict.Conformant.String()
	}
}
