// Package statement exists so that a vendor can pass a verdict on as a small document which anybody who has the run's
// record can compute again: what was judged, with which versions, and how it ended, profile by profile.
package statement

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"csicert/framework/catalogue"
	"csicert/reports/verdict"
)

// Schema is the form of the statements that this package writes and reads. README.md says what each field means; a
// field that gets another meaning, or goes, makes another schema.
const Schema = "csicert/statement/v1"

// Statement is the whole document. Its fields are described in README.md, which a test holds to them.
type Statement struct {
	Schema     string       `yaml:"schema"`
	Conclusion string       `yaml:"conclusion"`
	Sentence   string       `yaml:"sentence"`
	Subject    Subject      `yaml:"subject"`
	Kubernetes string       `yaml:"kubernetes"`
	Cluster    Cluster      `yaml:"cluster"`
	Harness    Harness      `yaml:"harness"`
	Catalogue  Catalogue    `yaml:"catalogue"`
	Run        Run          `yaml:"run"`
	Profiles   []Profile    `yaml:"profiles"`
	Known      []Known      `yaml:"known,omitempty"`
	LeftOut    []string     `yaml:"leftOut,omitempty"`
	Problems   []string     `yaml:"problems,omitempty"`
	Mutants    MutantCounts `yaml:"mutants"`
	Reproduce  []string     `yaml:"reproduce"`
}

// Subject is what was judged.
type Subject struct {
	Name         string      `yaml:"name"`
	Version      string      `yaml:"version,omitempty"`
	Capabilities []string    `yaml:"capabilities,omitempty"`
	Components   []Component `yaml:"components,omitempty"`
}

// Component is an image of the driver's or of a sidecar.
type Component struct {
	Container string `yaml:"container"`
	Image     string `yaml:"image"`
	Digest    string `yaml:"digest,omitempty"`
	Sidecar   bool   `yaml:"sidecar"`
}

// Cluster is where it was judged.
type Cluster struct {
	Nodes     int      `yaml:"nodes"`
	Zones     []string `yaml:"zones,omitempty"`
	Own       bool     `yaml:"own"`
	NodeImage string   `yaml:"nodeImage,omitempty"`
}

// Harness is the csicert that judged.
type Harness struct {
	Version string `yaml:"version"`
	Commit  string `yaml:"commit"`
	Go      string `yaml:"go"`
}

// Catalogue is what it was judged by.
type Catalogue struct {
	Requirements int    `yaml:"requirements"`
	Digest       string `yaml:"digest"`
}

// Run is what the statement rests on.
type Run struct {
	ID      string `yaml:"id"`
	Started string `yaml:"started"`
	Ended   string `yaml:"ended"`
	Filter  string `yaml:"filter,omitempty"`
	Seed    int64  `yaml:"seed"`
	Digest  string `yaml:"digest"`
}

// Known is an entry of the baseline by which the run was judged.
type Known struct {
	ID      string `yaml:"id"`
	Outcome string `yaml:"outcome"`
	Reason  string `yaml:"reason"`
	Link    string `yaml:"link"`
	Expires string `yaml:"expires"`
}

// MutantCounts says how far the checks themselves are proven.
type MutantCounts struct {
	Named        int `yaml:"named"`
	Killed       int `yaml:"killed"`
	Survived     int `yaml:"survived"`
	Inconclusive int `yaml:"inconclusive"`
	Unproven     int `yaml:"unproven"`
}

// Of makes the statement of a record, whose file has that digest (see verdict.DigestOf). Its errors are those of
// verdict.Of.
func Of(r verdict.Record, digest string) (Statement, error) {
	v, err := verdict.Of(r)
	if err != nil {
		return Statement{}, err
	}
	words, err := verdict.CatalogueDigest(r.Requirements)
	if err != nil {
		return Statement{}, err
	}
	s := Statement{
		Schema: Schema, Conclusion: v.Conclusion.String(), Sentence: v.Sentence, Subject: subjectOf(r.Subject), Kubernetes: r.Cluster.Kubernetes,
		Cluster:   Cluster{Nodes: len(r.Cluster.Nodes), Own: r.Cluster.Own, NodeImage: r.Cluster.Image},
		Harness:   Harness(r.Harness),
		Catalogue: Catalogue{Requirements: len(r.Requirements), Digest: words},
		Run: Run{ID: r.ID, Started: r.Started.UTC().Format(time.RFC3339), Ended: r.Ended.UTC().Format(time.RFC3339),
			Filter: r.Filter, Seed: r.Seed, Digest: digest},
		Profiles: profiles(r.Requirements, v), Known: known(r, v), LeftOut: ids(v.Unselected), Problems: v.Problems, Mutants: mutantCounts(r),
		Reproduce: []string{strings.Join(r.Command, " "), "csicert report " + r.ID, "csicert verify statement.yaml " + r.ID},
	}
	for _, n := range r.Cluster.Nodes {
		if n.Zone != "" {
			s.Cluster.Zones = append(s.Cluster.Zones, n.Zone)
		}
	}
	slices.Sort(s.Cluster.Zones)
	s.Cluster.Zones = slices.Compact(s.Cluster.Zones)
	return s, nil
}

func subjectOf(from verdict.Subject) Subject {
	s := Subject{Name: from.Name, Version: from.Version}
	for _, c := range from.Capabilities {
		s.Capabilities = append(s.Capabilities, string(c))
	}
	slices.Sort(s.Capabilities)
	for _, c := range from.Components {
		s.Components = append(s.Components, Component(c))
	}
	return s
}

func known(r verdict.Record, v verdict.Verdict) (all []Known) {
	if r.Baseline == nil {
		return nil
	}
	outcomes := map[catalogue.ID]string{}
	for _, result := range v.Results() {
		outcomes[result.Requirement.ID] = result.Status.String()
	}
	for _, k := range r.Baseline.Known {
		all = append(all, Known{string(k.ID), cmp.Or(outcomes[k.ID], "left out"), verdict.Plain(k.Reason), verdict.Plain(k.Link), k.Expires})
	}
	return all
}

func mutantCounts(r verdict.Record) MutantCounts {
	var n MutantCounts
	for _, requirement := range r.Requirements {
		for _, m := range requirement.Mutants {
			n.Named++
			at := slices.IndexFunc(r.Track, func(p verdict.Proven) bool { return p.Requirement == requirement.ID && p.Mutant == m.Name })
			switch {
			case at < 0:
				n.Unproven++
			case r.Track[at].Outcome == "killed":
				n.Killed++
			case r.Track[at].Outcome == "survived":
				n.Survived++
			default:
				n.Inconclusive++
			}
		}
	}
	return n
}

func ids(all []catalogue.ID) (names []string) {
	for _, id := range all {
		names = append(names, string(id))
	}
	return names
}

// Write writes the statement as YAML, its fields in the order of README.md.
func (s Statement) Write(w io.Writer) error {
	e := yaml.NewEncoder(w)
	e.SetIndent(2)
	if err := e.Encode(s); err != nil {
		return fmt.Errorf("writing the statement: %w", err)
	}
	if err := e.Close(); err != nil {
		return fmt.Errorf("writing the statement: %w", err)
	}
	return nil
}
