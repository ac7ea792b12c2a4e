package evidence

import "regexp"

// secretValue matches a value that follows a name which speaks of a secret, in YAML, JSON, flags and headers.
var secretValue = regexp.MustCompile(`(?i)((?:password|passwd|secret|token|authorization|api[-_]?key|access[-_]?key|private[-_]?key)["']?\s*[:=]\s*)("[^"\n]*"|'[^'\n]*'|(?:bearer\s+|basic\s+)?[^\s,;}"']+)`)

// privateKey matches a PEM block of a private key.
var privateKey = regexp.MustCompile(`(?s)-----BEGIN [A-Z ]*PRIVATE KEY-----.*?-----END [A-Z ]*PRIVATE KEY-----`)

// Redact replaces the values of secrets. It would rather remove too much than too little.
func Redact(text string) string {
	text = privateKey.ReplaceAllString(text, "<private key removed>")
	return secretValue.ReplaceAllString(text, "$1<removed>")
}
