// Package golden holds what tests wrote against the files of reports/testdata, or with -update writes them.
package golden

import (
	"flag"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files")

// path is where a golden file is, for a test of one of the reports' packages.
func path(name string) string { return filepath.Join("..", "testdata", name) }

// Equal fails the test where the text is not the golden file's.
func Equal(t *testing.T, name, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path(name), []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path(name))
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s is not what was written; after a look at the difference, -args -update writes it:\n%s", path(name), got)
	}
}
