package filer

import "errors"

// What a filer answers when it will not do what it was asked. Match with errors.Is; the text says the particulars.
var (
	ErrNotFound = errors.New("not found")
	ErrConflict = errors.New("the name is taken by another request")
	ErrFull     = errors.New("not enough capacity")
	ErrTooSmall = errors.New("smaller than its source")
	ErrInvalid  = errors.New("invalid request")
)

// Error is one of the above with its particulars, as it travels from a filer to its client.
type Error struct {
	Kind error  // one of this package's
	Text string // a clause: what was asked, what was found
}

// Error implements error.
func (e *Error) Error() string { return e.Kind.Error() + ": " + e.Text }

// Unwrap lets errors.Is find the kind.
func (e *Error) Unwrap() error { return e.Kind }
