package tree

import (
	"archive/tar"
	"bytes"
	"testing"

	. "github.com/onsi/gomega"
)

// hostile makes a stream with a link to a folder outside and a file of the given name.
func hostile(t *testing.T, outside, name string) []byte {
	t.Helper()
	g := NewWithT(t)
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	record := func(mode string) map[string]string {
		return map[string]string{RecordMode: mode, RecordSize: "0", RecordExtents: ""}
	}
	for _, h := range []tar.Header{
		{Name: ".", Typeflag: tar.TypeDir, PAXRecords: record("40755")},
		{Name: "a/", Typeflag: tar.TypeDir, PAXRecords: record("40755")},
		{Name: "link", Typeflag: tar.TypeSymlink, Linkname: outside, PAXRecords: record("120777")},
		{Name: name, Typeflag: tar.TypeReg, PAXRecords: record("100644")},
		{Name: Closing, Typeflag: tar.TypeReg, PAXRecords: map[string]string{RecordEntries: "4"}},
	} {
		h.Format = tar.FormatPAX
		g.Expect(w.WriteHeader(&h)).To(Succeed())
	}
	g.Expect(w.Close()).To(Succeed())
	return out.Bytes()
}
