package verdict

import "fmt"

// inputError is a record, or a part of one, that cannot be used as it was given.
type inputError struct{ message string }

func (e inputError) Error() string { return e.message }

// BadInput marks the error as the caller's to mend: the command exits 4.
func (inputError) BadInput() bool { return true }

func badInput(format string, args ...any) error { return inputError{fmt.Sprintf(format, args...)} }
