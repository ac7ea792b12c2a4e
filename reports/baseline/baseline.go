// Package baseline exists so that a CI job can gate on what is new: it reads the file of known failures, and refuses one
// that would excuse more than its author meant.
package baseline

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"csicert/framework/catalogue"
	"csicert/reports/verdict"
)

const (
	apiVersion = "csicert/v1"
	kind       = "Baseline"
	sizeLimit  = 1 << 20 // a line for each requirement is a hundredth of it
)

// Invalid is a baseline that its author has to mend.
type Invalid struct {
	File                 string
	Line                 int // 0: of the file as a whole
	Key, Found, Accepted string
}

// Error implements error.
func (e Invalid) Error() string {
	at := e.File
	if e.Line > 0 {
		at += fmt.Sprintf(":%d", e.Line)
	}
	return verdict.Plain(fmt.Sprintf("baseline %s: %s: found %s; accepted: %s", at, e.Key, e.Found, e.Accepted))
}

// BadInput tells the command to end with the exit code for bad input.
func (Invalid) BadInput() bool { return true }

// Load reads a baseline and holds it against the catalogue and the day. Errors: Invalid.
func Load(path string, requirements []catalogue.Requirement, now time.Time) (*verdict.Baseline, error) {
	raw, err := read(path)
	if err != nil {
		return nil, err
	}
	f := file{path: path, now: now, levels: map[catalogue.ID]catalogue.Level{}}
	for _, r := range requirements {
		f.levels[r.ID] = r.Level
	}
	return f.parse(raw)
}

func read(path string) ([]byte, error) {
	whole := func(found string) error {
		return Invalid{path, 0, "file", found, "a YAML file of kind " + kind + ", up to 1 MiB"}
	}
	file, err := os.Open(path)
	if err != nil {
		var why *os.PathError
		if errors.As(err, &why) {
			err = why.Err
		}
		return nil, whole(fmt.Sprintf("what cannot be read (%v)", err))
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return nil, whole("no regular file")
	}
	if info.Size() > sizeLimit {
		return nil, whole(fmt.Sprintf("%d bytes", info.Size()))
	}
	raw, err := io.ReadAll(io.LimitReader(file, sizeLimit+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("reading the baseline: %w", err)
	case len(raw) > sizeLimit:
		return nil, whole("more than 1 MiB")
	case !utf8.Valid(raw) || bytes.IndexByte(raw, 0) >= 0:
		return nil, whole("binary content")
	case len(bytes.TrimSpace(raw)) == 0:
		return nil, whole("nothing in it")
	}
	return raw, nil
}

// file is a baseline while it is parsed.
type file struct {
	path   string
	now    time.Time
	levels map[catalogue.ID]catalogue.Level
}

func (f file) bad(at *yaml.Node, key, found, accepted string) error {
	return Invalid{f.path, at.Line, key, found, accepted}
}

func (f file) parse(raw []byte) (*verdict.Baseline, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(raw))
	var document, more yaml.Node
	err := decoder.Decode(&document)
	if errors.Is(err, io.EOF) {
		return nil, Invalid{f.path, 0, "file", "comments only", "one YAML document of kind " + kind}
	}
	if err != nil {
		return nil, Invalid{f.path, 0, "YAML", strings.TrimPrefix(err.Error(), "yaml: "), "one YAML document of kind " + kind}
	}
	if err := decoder.Decode(&more); !errors.Is(err, io.EOF) {
		return nil, f.bad(&more, "YAML", "more than one document", "one")
	}
	top, err := f.mapping(document.Content[0], "", "apiVersion", "kind", "entries")
	if err != nil {
		return nil, err
	}
	for _, head := range []struct{ key, accepted string }{{"apiVersion", apiVersion}, {"kind", kind}} {
		at := top[head.key]
		if at == nil {
			return nil, f.bad(document.Content[0], head.key, "nothing", head.accepted)
		}
		if at.Value != head.accepted {
			return nil, f.bad(at, head.key, fmt.Sprintf("%q", at.Value), head.accepted)
		}
	}
	entries := top["entries"]
	if entries == nil {
		return nil, f.bad(document.Content[0], "entries", "nothing", "a list, which may be empty: []")
	}
	if entries.Kind != yaml.SequenceNode {
		return nil, f.bad(entries, "entries", form(entries), "a list of id, reason, link and expires")
	}
	b := &verdict.Baseline{File: f.path, Known: []verdict.Known{}}
	lines := map[catalogue.ID]int{}
	for i, node := range entries.Content {
		key := fmt.Sprintf("entries[%d]", i)
		k, err := f.entry(node, key)
		if err != nil {
			return nil, err
		}
		if first, twice := lines[k.ID]; twice {
			return nil, f.bad(node, key+".id", fmt.Sprintf("%s, which line %d has, too", k.ID, first), "each ID once")
		}
		lines[k.ID] = node.Line
		b.Known = append(b.Known, k)
	}
	slices.SortFunc(b.Known, func(x, y verdict.Known) int { return strings.Compare(string(x.ID), string(y.ID)) })
	return b, nil
}

func (f file) entry(node *yaml.Node, path string) (k verdict.Known, err error) {
	fields := []string{"id", "reason", "link", "expires"}
	found, err := f.mapping(node, path, fields...)
	if err != nil {
		return k, err
	}
	accepted := map[string]string{"id": "the ID of a requirement that is a MUST", "reason": "why it fails, in a sentence",
		"link": "the http or https address where it is being dealt with", "expires": "the last day on which it is known, as 2027-01-31"}
	for _, name := range fields {
		if found[name] == nil {
			return k, f.bad(node, path+"."+name, "nothing", accepted[name])
		}
		if strings.TrimSpace(found[name].Value) == "" {
			return k, f.bad(found[name], path+"."+name, "nothing", accepted[name])
		}
	}
	k = verdict.Known{ID: catalogue.ID(found["id"].Value), Reason: strings.TrimSpace(found["reason"].Value), Link: found["link"].Value, Expires: found["expires"].Value}
	level, known := f.levels[k.ID]
	address, unreadable := url.Parse(k.Link)
	day, undated := time.Parse(time.DateOnly, k.Expires)
	switch {
	case !known:
		return k, f.bad(found["id"], path+".id", fmt.Sprintf("%q, which csicert list does not have", k.ID), accepted["id"])
	case level != catalogue.Must:
		return k, f.bad(found["id"], path+".id", fmt.Sprintf("%s, a %s: it is a warning and never gates", k.ID, level), accepted["id"])
	case unreadable != nil || (address.Scheme != "https" && address.Scheme != "http") || address.Host == "" || address.User != nil:
		return k, f.bad(found["link"], path+".link", "what is no such address, or one with a password", accepted["link"])
	case undated != nil:
		return k, f.bad(found["expires"], path+".expires", fmt.Sprintf("%q", k.Expires), accepted["expires"])
	case !k.Covers(f.now):
		return k, f.bad(found["expires"], path+".expires", fmt.Sprintf("%s, which is past: %s gates again", day.Format(time.DateOnly), k.ID), "today or later; or take the entry out")
	}
	return k, nil
}

// mapping are the values of a mapping that has no key but the given ones, each once and each a text where it stands in
// an entry or names the file's form.
func (f file) mapping(node *yaml.Node, path string, keys ...string) (map[string]*yaml.Node, error) {
	at := strings.TrimPrefix(path+".", ".") // nothing before the keys of the file itself
	if node.Kind != yaml.MappingNode {
		return nil, f.bad(node, cmp.Or(strings.TrimSuffix(at, "."), "file"), form(node), "the keys "+strings.Join(keys, ", "))
	}
	values := map[string]*yaml.Node{}
	for i := 0; i < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		switch {
		case !slices.Contains(keys, key.Value):
			return nil, f.bad(key, at+key.Value, "an unknown key", strings.Join(keys, ", "))
		case values[key.Value] != nil:
			return nil, f.bad(key, at+key.Value, "a key that line "+fmt.Sprint(values[key.Value].Line)+" has, too", "each key once")
		case key.Value != "entries" && value.Kind != yaml.ScalarNode:
			return nil, f.bad(value, at+key.Value, form(value), "a text")
		}
		values[key.Value] = value
	}
	return values, nil
}

func form(node *yaml.Node) string {
	switch node.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	case yaml.AliasNode:
		return "an alias"
	}
	return fmt.Sprintf("the text %q", node.Value)
}
