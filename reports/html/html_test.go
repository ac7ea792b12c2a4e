package html_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	. "github.com/onsi/gomega"

	"csicert/reports/html"
	"csicert/reports/internal/recorded"
	"csicert/reports/verdict"
)

var update = flag.Bool("update", false, "write the golden files")

func write(t *testing.T, r verdict.Record) string {
	t.Helper()
	g := NewWithT(t)
	v, err := verdict.Of(r)
	g.Expect(err).NotTo(HaveOccurred())
	var out bytes.Buffer
	g.Expect(html.Write(&out, v)).To(Succeed())
	return out.String()
}

func TestGolden(t *testing.T) {
	g := NewWithT(t)
	path, got := filepath.Join("..", "testdata", "report.html"), write(t, recorded.Told())
	if *update {
		g.Expect(os.WriteFile(path, []byte(got), 0o644)).To(Succeed())
	}
	want, err := os.ReadFile(path)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(got).To(Equal(string(want)))
}
