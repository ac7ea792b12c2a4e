package engine

import (
	"io/fs"
	"slices"
	"strings"
)

// release is what /etc/os-release says of the distribution.
type release struct {
	ID   string
	Like []string // ID_LIKE
	Name string   // PRETTY_NAME, for messages
}

// readRelease follows os-release(5); a machine without the file has no distribution known to us, which is an
// answer and no error.
func readRelease(root fs.FS) release {
	text, err := fs.ReadFile(root, "etc/os-release")
	if err != nil {
		return release{Name: "a system without /etc/os-release"}
	}
	var r release
	for line := range strings.Lines(string(text)) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		value = strings.Trim(value, `"'`)
		switch key {
		case "ID":
			r.ID = value
		case "ID_LIKE":
			r.Like = strings.Fields(value)
		case "PRETTY_NAME":
			r.Name = value
		}
	}
	if r.Name == "" {
		r.Name = r.ID
	}
	return r
}

// debian tells whether Debian's package names and tools are to be expected.
func (r release) debian() bool {
	return slices.ContainsFunc(append([]string{r.ID}, r.Like...), func(id string) bool {
		return id == "debian" || id == "ubuntu"
	})
}
