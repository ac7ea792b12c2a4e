package nodeimage

import (
	"os"
	"path/filepath"
	"testing"

	. "github.com/onsi/gomega"
)

func TestMirrorIsTheDebianArchive(t *testing.T) {
	const stanza = "Types: deb\n# a comment: with a colon\nURIs: http://mirror.example/debian\nSuites: bookworm bookworm-updates\nComponents: main\n"
	cases := map[string]struct{ file, content, want string }{
		"classic":          {"sources.list", "# deb http://no.example x main\ndeb http://mirror.example/debian bookworm main contrib\n", "http://mirror.example/debian"},
		"classic, options": {"sources.list", "deb [arch=amd64 signed-by=/k] http://mirror.example/debian trixie main\n", "http://mirror.example/debian"},
		"deb822":           {"sources.list.d/debian.sources", stanza, "http://mirror.example/debian"},
		"security only":    {"sources.list", "deb http://mirror.example/debian-security bookworm-security main\n", ""},
		"another vendor":   {"sources.list.d/x.sources", "Types: deb\nURIs: http://vendor.example/deb\nSuites: nodistro\nComponents: main\n", ""},
		"switched off":     {"sources.list.d/debian.sources", "Enabled: no\n" + stanza, ""},
		"sources of code":  {"sources.list", "deb-src http://mirror.example/debian bookworm main\n", ""},
		"nothing":          {"sources.list", "", ""},
	}
	for title, c := range cases {
		t.Run(title, func(t *testing.T) {
			g := NewWithT(t)
			file := filepath.Join(t.TempDir(), c.file)
			g.Expect(os.MkdirAll(filepath.Dir(file), privateDir)).To(Succeed())
			g.Expect(os.WriteFile(file, []byte(c.content), privateFile)).To(Succeed())
			dir := filepath.Dir(file)
			if filepath.Base(dir) == "sources.list.d" {
				dir = filepath.Dir(dir)
			}
			g.Expect(mirrorIn(dir)).To(Equal(c.want))
		})
	}
}
