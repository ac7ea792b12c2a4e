package document

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Check holds the document against a Go type as a strict and case-sensitive JSON decoder would, but says of everything
// at once where it stands. Unknown are the keys that the type has no field for: each is a fault to some, a warning to
// others.
func (d *Document) Check(t reflect.Type) (faults, unknown []Fault) {
	c := checker{}
	c.visit(d.root, t, "")
	return c.faults, c.unknown
}

type checker struct {
	faults, unknown []Fault
	visited         int
}

func (c *checker) visit(n *yaml.Node, t reflect.Type, path string) {
	if c.visited++; c.visited > maxNodes {
		if c.visited == maxNodes+1 {
			c.faults = append(c.faults, Fault{path, n.Line, "aliases that unfold to more than 100000 values", "fewer"})
		}
		return
	}
	line := n.Line
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if n.Tag == "!!null" || t.Kind() == reflect.Interface {
		return
	}
	if !fits(n, t) {
		c.faults = append(c.faults, Fault{path, line, described(n), expected(t)})
		return
	}
	switch t.Kind() {
	case reflect.Struct:
		c.fields(n, t, path)
	case reflect.Map:
		for i := 0; i+1 < len(n.Content); i += 2 {
			c.visit(n.Content[i+1], t.Elem(), child(path, n.Content[i].Value))
		}
	case reflect.Slice:
		for i, item := range n.Content {
			c.visit(item, t.Elem(), fmt.Sprintf("%s[%d]", path, i))
		}
	}
}

func (c *checker) fields(n *yaml.Node, t reflect.Type, path string) {
	known := Fields(t)
	var names []string
	for _, f := range known {
		names = append(names, f.Name)
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if key.Tag == "!!merge" {
			c.visit(n.Content[i+1], t, path)
			continue
		}
		at := slices.Index(names, key.Value)
		if at < 0 {
			c.unknown = append(c.unknown, Fault{child(path, key.Value), key.Line, "an unknown key" + DidYouMean(key.Value, names), strings.Join(names, ", ")})
			continue
		}
		c.visit(n.Content[i+1], known[at].Type, child(path, key.Value))
	}
}

// Field is one that a JSON decoder fills.
type Field struct {
	Name string
	Type reflect.Type
}

// Fields are those of a struct, in their order.
func Fields(t reflect.Type) []Field {
	var all []Field
	for f := range t.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if !f.IsExported() || name == "-" {
			continue
		}
		if name == "" {
			name = f.Name
		}
		all = append(all, Field{name, f.Type})
	}
	return all
}

// fits tells whether a decoder takes the value, as sigs.k8s.io/yaml turns it into JSON, for the type.
func fits(n *yaml.Node, t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Struct, reflect.Map:
		return n.Kind == yaml.MappingNode
	case reflect.Slice:
		return n.Kind == yaml.SequenceNode
	case reflect.String:
		return n.Kind == yaml.ScalarNode && (n.Tag == "!!str" || n.Tag == "!!timestamp")
	case reflect.Bool:
		return n.Kind == yaml.ScalarNode && n.Tag == "!!bool"
	case reflect.Int, reflect.Int64:
		return n.Kind == yaml.ScalarNode && n.Tag == "!!int"
	}
	return true // a decoder says the rest
}

func expected(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Struct:
		var names []string
		for _, f := range Fields(t) {
			names = append(names, f.Name)
		}
		if len(names) == 0 {
			return "an empty mapping: {}"
		}
		return "keys: " + strings.Join(names, ", ")
	case reflect.Map:
		return "names, each with " + expected(t.Elem())
	case reflect.Slice:
		return "a list"
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Int64:
		return "a whole number"
	}
	return "a text"
}

func described(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.MappingNode:
		return "keys with values"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case n.Tag == "!!int" || n.Tag == "!!float":
		return "the number " + n.Value
	case n.Tag == "!!bool":
		return n.Value + ", which is no text"
	}
	return fmt.Sprintf("the text %q", Short(n.Value))
}

// Short is a text that fits into a sentence.
func Short(text string) string {
	if r := []rune(text); len(r) > 60 {
		return string(r[:60]) + "..."
	}
	return text
}
