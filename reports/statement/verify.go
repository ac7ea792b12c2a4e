package statement

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"go.yaml.in/yaml/v3"
)

// inputError is a file that is no statement.
type inputError struct{ message string }

func (e inputError) Error() string { return e.message }

// BadInput marks the error as the caller's to mend: the command exits 4.
func (inputError) BadInput() bool { return true }

func badInput(format string, args ...any) error { return inputError{fmt.Sprintf(format, args...)} }

// Load reads a statement. A file that is none, of another schema, or with a field that the schema does not have, is
// bad input.
func Load(path string) (Statement, error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return Statement{}, badInput("statement: found no file %s, accepted is a statement.yaml that csicert wrote", path)
	}
	if err != nil {
		return Statement{}, fmt.Errorf("reading the statement: %w", err)
	}
	var form struct {
		Schema string `yaml:"schema"`
	}
	if err := yaml.Unmarshal(data, &form); err != nil {
		return Statement{}, badInput("statement %s: found no YAML mapping (%v), accepted is schema %q", path, err, Schema)
	}
	if form.Schema != Schema {
		return Statement{}, badInput("statement %s: schema: found %q, accepted is %q", path, form.Schema, Schema)
	}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	var s Statement
	if err := decoder.Decode(&s); err != nil {
		return Statement{}, badInput("statement %s: found what is not of schema %q: %v", path, Schema, err)
	}
	if err := decoder.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return Statement{}, badInput("statement %s: found more than one YAML document, accepted is one", path)
	}
	return s, nil
}

// Difference is a field in which a statement does not say what the record does.
type Difference struct {
	Field    string // path, such as profiles[1].failed[0]
	Stated   string // empty: it is not there
	Computed string
}

// Differences are the fields in which the two differ, in the order of the document.
func Differences(stated, computed Statement) ([]Difference, error) {
	var a, b yaml.Node
	if err := errors.Join(a.Encode(stated), b.Encode(computed)); err != nil {
		return nil, fmt.Errorf("comparing statements: %w", err)
	}
	return differences("", &a, &b), nil
}

func differences(at string, a, b *yaml.Node) []Difference {
	switch {
	case a == nil || b == nil || a.Kind != b.Kind || a.Kind == yaml.ScalarNode:
		if text(a) == text(b) {
			return nil
		}
		return []Difference{{at, text(a), text(b)}}
	case a.Kind == yaml.MappingNode:
		var all []Difference
		for _, key := range keys(a, b) {
			path := key
			if at != "" {
				path = at + "." + key
			}
			all = append(all, differences(path, value(a, key), value(b, key))...)
		}
		return all
	}
	var all []Difference
	for i := range max(len(a.Content), len(b.Content)) {
		all = append(all, differences(fmt.Sprintf("%s[%d]", at, i), item(a, i), item(b, i))...)
	}
	return all
}

// keys of either, those of the first in its order, then what only the second has.
func keys(a, b *yaml.Node) (all []string) {
	for _, n := range []*yaml.Node{a, b} {
		for i := 0; i < len(n.Content); i += 2 {
			if key := n.Content[i].Value; n == a || value(a, key) == nil {
				all = append(all, key)
			}
		}
	}
	return all
}

func value(n *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

func item(n *yaml.Node, i int) *yaml.Node {
	if i < len(n.Content) {
		return n.Content[i]
	}
	return nil
}

func text(n *yaml.Node) string {
	if n == nil {
		return ""
	}
	if n.Kind == yaml.ScalarNode {
		return n.Value
	}
	out, err := yaml.Marshal(n)
	if err != nil {
		return "(cannot be written: " + err.Error() + ")"
	}
	return string(bytes.TrimSpace(out))
}
