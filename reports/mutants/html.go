package mutants

import (
	_ "embed" // of the page's template
	"fmt"
	"html/template"
	"io"

	"csicert/reports/verdict"
)

//go:embed page.html
var page string

// WriteHTML writes the matrix as one page that needs nothing else: no network, no other file. Without its script it
// still shows everything.
func (m Matrix) WriteHTML(w io.Writer) error {
	t, err := template.New("page").Funcs(template.FuncMap{"plain": verdict.Plain}).Parse(page)
	if err != nil {
		return fmt.Errorf("reading the page's template: %w", err)
	}
	data := struct {
		Matrix
		Killed, Survived, Inconclusive, Collaterals int
		Origin                                      string
	}{m, m.Of(Killed), m.Of(Survived), m.Of(Inconclusive), m.collaterals(), m.origin()}
	if err := t.Execute(w, data); err != nil {
		return fmt.Errorf("writing the mutant matrix as HTML: %w", err)
	}
	return nil
}

// Anchor is the row's place in the page.
func (r Row) Anchor() string {
	if r.Mutant == noMutant {
		return string(r.Requirement)
	}
	return string(r.Requirement) + "-" + r.Mutant
}
