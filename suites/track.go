package suites

import _ "embed"

//go:embed MUTANTS.md
var trackRecord string

// TrackRecord is the page of what was proven of the mutants when this csicert was built: tables as csicert mutants
// writes them, between words.
func TrackRecord() string { return trackRecord }
