// Package mutant exists so that every check can be seen to fail: it holds defective objects, each one mistake that
// a careless administrator, provisioner or cluster makes. A manifest mutant is a MutatingAdmissionPolicy that changes
// only objects with its label, an actor does something to them later; so one cluster serves all mutants and honest
// specs beside each other.
package mutant

import (
	"bufio"
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"text/template"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"

	"csicert/driver/fault"
)

// Label is on the objects that a mutant may change; its value is the mutant's name.
const Label = "csicert.dev/mutant"

// KindManifest is the Kind of a mutant that is a policy of the cluster.
const KindManifest = "manifest"

// KindDriver is the Kind of a mutant that is a fault of the CSI driver, which a class asks for by fault.Parameter.
const KindDriver = "driver"

//go:embed manifest/*.yaml
var manifests embed.FS

// Mutant is one defect.
type Mutant struct {
	Name  string // kebab-case, the value of Label
	Wrong string // what it does wrong: a sentence, lower case, no full stop
	Kind  string // KindManifest, KindActor, KindDriver
}

// Places are what a mutant has to know of the cluster: for each node's host name, and each zone, another one that
// pods may run on. A host or zone that stands alone is not in the maps.
type Places struct{ Hosts, Zones map[string]string }

// Manifest is a mutant's policy and its binding.
type Manifest struct {
	Policy  *admissionv1.MutatingAdmissionPolicy
	Binding *admissionv1.MutatingAdmissionPolicyBinding
}

// All lists the mutants by name.
func All() ([]Mutant, error) {
	files, err := fs.Glob(manifests, "manifest/*.yaml")
	if err != nil {
		return nil, fmt.Errorf("listing the mutants: %w", err)
	}
	var all []Mutant
	for _, file := range files {
		raw, err := manifests.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("reading mutant %s: %w", file, err)
		}
		first, _, _ := strings.Cut(string(raw), "\n")
		wrong, isComment := strings.CutPrefix(first, "# ")
		if !isComment || wrong == "" {
			return nil, fmt.Errorf("mutant %s: found the first line %q, accepted is a comment that says what is wrong", file, first)
		}
		all = append(all, Mutant{Name: strings.TrimSuffix(path.Base(file), ".yaml"), Wrong: wrong, Kind: KindManifest})
	}
	for _, a := range actors {
		all = append(all, a.Mutant)
	}
	for _, f := range fault.All() {
		all = append(all, Mutant{Name: f.Name, Wrong: f.Wrong, Kind: KindDriver})
	}
	slices.SortFunc(all, func(a, b Mutant) int { return strings.Compare(a.Name, b.Name) })
	return all, nil
}

// KindOf is the kind of the named mutant. The error is Unknown when there is none.
func KindOf(name string) (string, error) {
	all, err := All()
	if err != nil {
		return "", err
	}
	for _, m := range all {
		if m.Name == name {
			return m.Kind, nil
		}
	}
	return "", Unknown(name)
}

// Unknown is a name that no mutant has.
type Unknown string

func (u Unknown) Error() string {
	return fmt.Sprintf("mutant: found %q, accepted are the names that mutant.All lists", string(u))
}

// BadInput tells the command to end with the exit code for bad input.
func (Unknown) BadInput() bool { return true }

// Objects are what stands in the cluster while the mutant is in force. The error is Unknown when there is no such
// mutant.
func Objects(name string, places Places) (Manifest, error) {
	raw, err := manifests.ReadFile("manifest/" + name + ".yaml")
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrInvalid) {
		return Manifest{}, Unknown(name)
	}
	if err != nil {
		return Manifest{}, fmt.Errorf("reading mutant %s: %w", name, err)
	}
	t, err := template.New(name).Option("missingkey=error").Parse(string(raw))
	if err != nil {
		return Manifest{}, fmt.Errorf("reading mutant %s: %w", name, err)
	}
	var text bytes.Buffer
	values := struct{ NextHost, NextZone string }{celMap(places.Hosts), celMap(places.Zones)}
	if err := t.Execute(&text, values); err != nil {
		return Manifest{}, fmt.Errorf("telling mutant %s of the cluster: %w", name, err)
	}
	return decode(name, &text)
}

// decode is strict: a misspelt field would make a policy that changes nothing, or too much.
func decode(name string, text io.Reader) (Manifest, error) {
	m := Manifest{Policy: &admissionv1.MutatingAdmissionPolicy{}, Binding: &admissionv1.MutatingAdmissionPolicyBinding{}}
	documents := utilyaml.NewYAMLReader(bufio.NewReader(text))
	for _, into := range []any{m.Policy, m.Binding} {
		document, err := documents.Read()
		if err != nil {
			return Manifest{}, fmt.Errorf("mutant %s: found too few documents, accepted are a policy and its binding: %w", name, err)
		}
		if err := yaml.UnmarshalStrict(document, into); err != nil {
			return Manifest{}, fmt.Errorf("decoding mutant %s: %w", name, err)
		}
	}
	if _, err := documents.Read(); !errors.Is(err, io.EOF) {
		return Manifest{}, fmt.Errorf("mutant %s: found a third document, accepted are a policy and its binding", name)
	}
	return m, nil
}

// celMap writes a map as a literal of CEL, whose strings are quoted as Go's are.
func celMap(m map[string]string) string {
	var pairs []string
	for _, key := range slices.Sorted(maps.Keys(m)) {
		pairs = append(pairs, strconv.Quote(key)+": "+strconv.Quote(m[key]))
	}
	return "{" + strings.Join(pairs, ", ") + "}"
}
