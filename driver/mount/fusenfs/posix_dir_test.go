package fusenfs_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// directoryChecks fill their folders on the server, which is faster; behind
// is the export.
func directoryChecks(behind string) []check {
	fill := func(t *testing.T, dir string, files int) {
		t.Helper()
		for i := range files {
			write(t, fmt.Sprintf("%s/%s/a-file-with-a-longer-name-%05d", behind, filepath.Base(dir), i), "")
		}
	}
	return []check{
		{"3000 entries, each once", func(t *testing.T, dir string) {
			fill(t, dir, 3000)
			entries, err := os.ReadDir(dir)
			must(t, err)
			seen := map[string]bool{}
			for _, e := range entries {
				seen[e.Name()] = true
			}
			if len(entries) != 3000 || len(seen) != 3000 {
				t.Fatalf("%d entries, %d of them different", len(entries), len(seen))
			}
		}},
		{"removing while reading", func(t *testing.T, dir string) {
			fill(t, dir, 1000)
			d, err := os.Open(dir)
			must(t, err)
			defer d.Close()
			removed := 0
			for {
				names, err := d.Readdirnames(100)
				for _, name := range names {
					must(t, os.Remove(dir+"/"+name))
					removed++
				}
				if err != nil {
					break
				}
			}
			if removed != 1000 {
				t.Fatalf("%d removed, want 1000", removed)
			}
			must(t, os.Remove(dir))
		}},
		{"reading a folder again from its start", func(t *testing.T, dir string) {
			fill(t, dir, 10)
			d, err := os.Open(dir)
			must(t, err)
			defer d.Close()
			for range 3 {
				_, err := d.Seek(0, 0)
				must(t, err)
				names, err := d.Readdirnames(-1)
				must(t, err)
				if len(names) != 10 {
					t.Fatalf("%d names, want 10", len(names))
				}
			}
		}},
		{"removing a tree", func(t *testing.T, dir string) {
			for i := range 5 {
				must(t, os.MkdirAll(fmt.Sprintf("%s/tree/%d/x", dir, i), 0o755))
				write(t, fmt.Sprintf("%s/tree/%d/x/f", dir, i), "f")
			}
			must(t, os.RemoveAll(dir+"/tree"))
		}},
	}
}
