package subject

import (
	"errors"
	"fmt"
	"strings"

	"csicert/framework/document"
)

// Invalid is one thing of a definition that its author has to mend.
type Invalid struct {
	Field, Found, Accepted string
	File                   string // empty: the definition is in no file
	Line                   int    // 0: the file as a whole
	cause                  string // of a key that is missing: the one that asks for it
}

func wrong(field, found, accepted string) Invalid {
	return Invalid{Field: field, Found: found, Accepted: accepted}
}

func (e Invalid) because(cause string) Invalid {
	e.cause = cause
	return e
}

// Error implements error.
func (e Invalid) Error() string {
	return fmt.Sprintf("%s: found %s; accepted: %s", e.Place(), e.Found, e.Accepted)
}

// Place is the file, the line and the key.
func (e Invalid) Place() string {
	place := "driver definition"
	if e.File != "" {
		place += " " + e.File
	}
	if e.Line > 0 {
		place += fmt.Sprintf(", line %d", e.Line)
	}
	return place + ": " + e.Field
}

// BadInput tells the command to end with the exit code for bad input.
func (Invalid) BadInput() bool { return true }

// Remark is something of a definition that is no error: a key that has no counterpart, or is not known at all.
type Remark struct {
	Field   string `json:"field"`
	Line    int    `json:"line"`
	Warning bool   `json:"warning"` // an unknown key: it may be a slip of the pen
	Text    string `json:"text"`
}

func (r Remark) String() string {
	kind := "note"
	if r.Warning {
		kind = "warning"
	}
	return fmt.Sprintf("%s: line %d: %s: %s", kind, r.Line, r.Field, r.Text)
}

// Wrong is an error of a key that shows on a cluster only, with the key's place in the definition's file.
func (d *Driver) Wrong(field, found, accepted string) Invalid {
	return located(wrong(d.called(field), found, accepted), d.file, d.places)
}

func located(e Invalid, file string, places *document.Document) Invalid {
	e.File = file
	if places != nil && e.Line == 0 {
		at := e.Field
		if e.cause != "" && !places.Has(at) {
			at = e.cause
		}
		e.Line = places.Line(at)
	}
	return e
}

// of turns faults of a document into errors of the definition.
func of(faults []document.Fault) []Invalid {
	var all []Invalid
	for _, f := range faults {
		field := f.Path
		if field == "" {
			field = "file"
		}
		all = append(all, Invalid{Field: field, Found: f.Found, Accepted: f.Accepted, Line: f.Line})
	}
	return all
}

// joined is all that is wrong, each with its place; nil: nothing is.
func joined(all []Invalid, file string, places *document.Document) error {
	var errs []error
	for _, e := range all {
		errs = append(errs, located(e, file, places))
	}
	if len(errs) == 1 {
		return errs[0]
	}
	return errors.Join(errs...)
}

func list(words ...string) string { return strings.Join(words, ", ") }
