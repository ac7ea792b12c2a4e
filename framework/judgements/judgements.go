// Package judgements finds, in the specs' own source, every place where a spec may fail by its judgement. Held against the
// places where recorded mutants were caught, it tells which of a spec's judgements have never been seen to fail: drafts.
package judgements

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
)

// Judgement is one call that may fail a spec.
type Judgement struct {
	At   string // file:line, as failures tell it: below the checkout, with slashes
	Call string // the verb: Must, To
}

// Of returns the judgements of the specs below a checkout's suites, in the order of their places.
func Of(checkout string) ([]Judgement, error) {
	files, err := filepath.Glob(filepath.Join(checkout, "suites", "*", "*.go"))
	if err != nil {
		return nil, fmt.Errorf("looking for specs: %w", err)
	}
	var all []Judgement
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		found, err := in(checkout, file)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

func in(checkout, file string) ([]Judgement, error) {
	set := token.NewFileSet()
	parsed, err := parser.ParseFile(set, file, nil, parser.SkipObjectResolution)
	if err != nil {
		return nil, fmt.Errorf("reading a spec: %w", err)
	}
	name, err := filepath.Rel(checkout, file)
	if err != nil {
		return nil, fmt.Errorf("reading a spec: %w", err)
	}
	var all []Judgement
	ast.Inspect(parsed, func(n ast.Node) bool {
		call, is := n.(*ast.CallExpr)
		if !is {
			return true
		}
		if verb, is := call.Fun.(*ast.SelectorExpr); is && judges(verb.Sel.Name) {
			at := fmt.Sprintf("%s:%d", filepath.ToSlash(name), set.Position(verb.Sel.Pos()).Line)
			all = append(all, Judgement{at, verb.Sel.Name})
		}
		return true
	})
	slices.SortFunc(all, func(a, b Judgement) int { return strings.Compare(a.At, b.At) })
	return all, nil
}

// judges tells the verbs that fail a spec by its judgement from those that set up (Reach, Retire), whose failure blocks it.
func judges(verb string) bool {
	switch verb {
	case "To", "NotTo", "Throughout", "Vanish", "Recover":
		return true
	case "MustParse", "MustCompile": // of Go's own
		return false
	}
	return strings.HasPrefix(verb, "Must")
}

// Drafts are the judgements at none of the places.
func Drafts(all []Judgement, failedAt []string) []Judgement {
	return slices.DeleteFunc(slices.Clone(all), func(j Judgement) bool { return slices.Contains(failedAt, j.At) })
}
