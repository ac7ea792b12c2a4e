package nodeimage

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// debianMirror is the archive this machine installs from, or "" where it is not Debian: debootstrap then takes its own
// default. Errors: a source list that cannot be read.
func debianMirror() (string, error) {
	release, err := os.ReadFile("/etc/os-release")
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return "", fmt.Errorf("finding out the distribution: %w", err)
	}
	if !slices.Contains(strings.Split(string(release), "\n"), "ID=debian") {
		return "", nil
	}
	return mirrorIn("/etc/apt")
}

// mirrorIn looks through an apt configuration folder for an archive of Debian itself: component main, and a suite that
// is neither a security nor an updates pocket, nor another vendor's.
func mirrorIn(dir string) (string, error) {
	names := []string{filepath.Join(dir, "sources.list")}
	for _, pattern := range []string{"*.list", "*.sources"} {
		more, err := filepath.Glob(filepath.Join(dir, "sources.list.d", pattern))
		if err != nil {
			return "", err
		}
		names = append(names, more...)
	}
	for _, name := range names {
		content, err := os.ReadFile(name)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return "", fmt.Errorf("reading apt's sources: %w", err)
		}
		archives := oneLine(string(content))
		if strings.HasSuffix(name, ".sources") {
			archives = stanzas(string(content))
		}
		for _, a := range archives {
			if a.isDebian() {
				return a.uri, nil
			}
		}
	}
	return "", nil
}

// archive is one entry of apt's sources.
type archive struct {
	uri        string
	suites     []string
	components []string
}

func (a archive) isDebian() bool {
	names := []string{"bookworm", "trixie", "forky", "duke", "sid", "stable", "testing", "unstable", "oldstable"}
	return a.uri != "" && slices.Contains(a.components, "main") &&
		slices.ContainsFunc(a.suites, func(s string) bool { return slices.Contains(names, s) })
}

// oneLine reads the classic format: deb [options] uri suite component...
func oneLine(content string) []archive {
	var all []archive
	for lines := bufio.NewScanner(strings.NewReader(content)); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		if len(fields) < 4 || fields[0] != "deb" {
			continue
		}
		fields = fields[1:]
		if strings.HasPrefix(fields[0], "[") {
			end := slices.IndexFunc(fields, func(f string) bool { return strings.HasSuffix(f, "]") })
			fields = fields[end+1:]
		}
		if len(fields) >= 3 {
			all = append(all, archive{uri: fields[0], suites: fields[1:2], components: fields[2:]})
		}
	}
	return all
}

// stanzas reads the deb822 format.
func stanzas(content string) []archive {
	var all []archive
	for _, stanza := range strings.Split(content, "\n\n") {
		fields := map[string][]string{}
		for _, line := range strings.Split(stanza, "\n") {
			if key, value, ok := strings.Cut(line, ":"); ok && !strings.HasPrefix(line, "#") {
				fields[strings.ToLower(key)] = strings.Fields(value)
			}
		}
		if slices.Contains(fields["types"], "deb") && len(fields["uris"]) > 0 && !slices.Contains(fields["enabled"], "no") {
			all = append(all, archive{uri: fields["uris"][0], suites: fields["suites"], components: fields["components"]})
		}
	}
	return all
}
