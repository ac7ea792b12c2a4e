// Package document reads a YAML file that a person wrote, so that everything wrong with it can be said with its line:
// which key, what was found there, what is accepted.
package document

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// MaxSize of a file that a person writes: a larger one is something else, given by mistake.
const MaxSize = 1 << 20

// maxNodes bounds what aliases may unfold to.
const maxNodes = 100_000

// Fault is one thing that is wrong with a document.
type Fault struct {
	Path     string // of the key, such as capabilities[1]; empty: the document as a whole
	Line     int    // from 1; 0: none, the file as a whole
	Found    string
	Accepted string
}

// Document is a YAML document with the places of its keys.
type Document struct {
	root  *yaml.Node
	lines map[string]int
}

// Read takes a file's content. Errors: a Fault of the file for one that cannot be read or is too large.
func Read(path string) ([]byte, *Fault) {
	file, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0) // a pipe that nobody writes to is empty
	if err != nil {
		return nil, &Fault{Found: reason(err), Accepted: "the path of a YAML file"}
	}
	defer file.Close()
	raw, err := io.ReadAll(io.LimitReader(file, MaxSize+1))
	if err != nil {
		return nil, &Fault{Found: reason(err), Accepted: "the path of a YAML file"}
	}
	if len(raw) > MaxSize {
		return nil, &Fault{Found: "more than 1 MiB", Accepted: "a YAML document of at most 1 MiB"}
	}
	return raw, nil
}

func reason(err error) string {
	var path *os.PathError
	if errors.As(err, &path) {
		return path.Err.Error()
	}
	return err.Error()
}

// Parse finds the document's keys. Faults: of an empty or binary file, of what is no YAML, of a second document, of
// what is no mapping, and of each key that is there twice.
func Parse(raw []byte) (*Document, []Fault) {
	const accepted = "one YAML document with keys"
	if len(raw) > MaxSize {
		return nil, []Fault{{Found: "more than 1 MiB", Accepted: "a YAML document of at most 1 MiB"}}
	}
	if line := binaryAt(raw); line > 0 {
		return nil, []Fault{{Line: line, Found: "a binary file", Accepted: accepted + ", in UTF-8"}}
	}
	decoder := yaml.NewDecoder(bytes.NewReader(raw))
	var root, second yaml.Node
	err := decoder.Decode(&root)
	if errors.Is(err, io.EOF) || (err == nil && empty(&root)) {
		return nil, []Fault{{Line: 1, Found: "an empty file", Accepted: accepted}}
	}
	if err != nil {
		return nil, []Fault{syntax(err, accepted)}
	}
	if err := decoder.Decode(&second); err == nil {
		return nil, []Fault{{Line: second.Line, Found: "a second document", Accepted: accepted}}
	} else if !errors.Is(err, io.EOF) {
		return nil, []Fault{syntax(err, accepted)}
	}
	top := root.Content[0]
	if top.Kind != yaml.MappingNode {
		return nil, []Fault{{Line: top.Line, Found: described(top), Accepted: accepted}}
	}
	d := &Document{root: top, lines: map[string]int{"": top.Line}}
	x := indexer{lines: d.lines}
	x.visit(top, "")
	return d, x.faults
}

func empty(root *yaml.Node) bool {
	return len(root.Content) == 0 || (root.Content[0].Kind == yaml.ScalarNode && root.Content[0].Tag == "!!null")
}

// binaryAt is the line of the first byte that no text has; 0: there is none.
func binaryAt(raw []byte) int {
	at := bytes.IndexByte(raw, 0)
	if at < 0 && !utf8.Valid(raw) {
		for at = 0; at < len(raw); {
			r, size := utf8.DecodeRune(raw[at:])
			if r == utf8.RuneError && size <= 1 {
				break
			}
			at += size
		}
	}
	if at < 0 {
		return 0
	}
	return 1 + bytes.Count(raw[:at], []byte("\n"))
}

var lineOf = regexp.MustCompile(`^line (\d+): `)

func syntax(err error, accepted string) Fault {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	line := 1
	if m := lineOf.FindStringSubmatch(text); m != nil {
		line, _ = strconv.Atoi(m[1]) // digits by the expression
		text = text[len(m[0]):]
	}
	return Fault{Line: line, Found: "no YAML: " + text, Accepted: accepted}
}

// indexer notes the line of each path, and keys that are there twice.
type indexer struct {
	lines  map[string]int
	faults []Fault
}

func (x *indexer) visit(n *yaml.Node, path string) {
	switch n.Kind {
	case yaml.MappingNode:
		first := map[string]int{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			key, below := n.Content[i], child(path, n.Content[i].Value)
			if line, twice := first[key.Value]; twice {
				x.faults = append(x.faults, Fault{below, key.Line, fmt.Sprintf("the key a second time, after line %d", line), "each key once"})
				continue
			}
			first[key.Value] = key.Line
			x.lines[below] = key.Line
			x.visit(n.Content[i+1], below)
		}
	case yaml.SequenceNode:
		for i, item := range n.Content {
			below := fmt.Sprintf("%s[%d]", path, i)
			x.lines[below] = item.Line
			x.visit(item, below)
		}
	}
}

func child(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// Line is where the key stands, or the nearest thing around it that is there.
func (d *Document) Line(path string) int {
	for ; path != ""; path = path[:max(0, strings.LastIndexAny(path, ".["))] {
		if line, there := d.lines[path]; there {
			return line
		}
	}
	return d.lines[""]
}

// Has tells whether the document has the key.
func (d *Document) Has(path string) bool {
	_, there := d.lines[path]
	return there
}
