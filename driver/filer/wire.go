package filer

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
)

// The API is HTTP and JSON below this path; a token in the header Authorization opens it.
const apiRoot = "/v1/"

// mostRequest bounds a request's JSON, mostAnswer an answer's, in bytes.
const (
	mostRequest = 1 << 20
	mostAnswer  = 64 << 20
)

// wireError is an error as it travels.
type wireError struct {
	Kind string `json:"kind"` // text of one of this package's errors; empty: the storage's own
	Text string `json:"text"`
}

// statuses gives each error its HTTP status. What is not here is the storage's own: 500.
func statuses() map[error]int {
	return map[error]int{
		ErrNotFound: http.StatusNotFound,
		ErrConflict: http.StatusConflict,
		ErrFull:     http.StatusInsufficientStorage,
		ErrTooSmall: http.StatusUnprocessableEntity,
		ErrInvalid:  http.StatusBadRequest,
	}
}

func encodeError(err error) (int, wireError) {
	for kind, status := range statuses() {
		if errors.Is(err, kind) {
			wire := wireError{Kind: kind.Error(), Text: err.Error()}
			var own *Error
			if errors.As(err, &own) {
				wire.Text = own.Text
			}
			return status, wire
		}
	}
	return http.StatusInternalServerError, wireError{Text: err.Error()}
}

// decodeError makes the answer of a failed call an error again.
func decodeError(status int, body io.Reader) error {
	content, err := io.ReadAll(io.LimitReader(body, mostRequest))
	if err != nil {
		return fmt.Errorf("reading the filer's answer %d: %w", status, err)
	}
	var wire wireError
	if err := json.Unmarshal(content, &wire); err != nil {
		return fmt.Errorf("the filer answered %d and no reason that can be read: %w", status, err)
	}
	for kind := range statuses() {
		if kind.Error() == wire.Kind {
			return &Error{Kind: kind, Text: wire.Text}
		}
	}
	return fmt.Errorf("the filer answered %d: %s", status, wire.Text)
}
