package build

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"testing"

	. "github.com/onsi/gomega"
)

func packed(t *testing.T, names ...string) []byte {
	t.Helper()
	g := NewWithT(t)
	var out bytes.Buffer
	zip := gzip.NewWriter(&out)
	to := tar.NewWriter(zip)
	for _, name := range names {
		g.Expect(to.WriteHeader(&tar.Header{Name: name, Typeflag: tar.TypeReg, Mode: 0o755, Size: int64(len(name))})).To(Succeed())
		_, err := to.Write([]byte(name))
		g.Expect(err).NotTo(HaveOccurred())
	}
	g.Expect(to.Close()).To(Succeed())
	g.Expect(zip.Close()).To(Succeed())
	return out.Bytes()
}

func TestCarriedProgramsAreUnpackedOnce(t *testing.T) {
	g := NewWithT(t)
	dir := filepath.Join(t.TempDir(), "bin")
	archive := packed(t, "agent", "ginkgo")
	folder, err := unpack(archive, dir)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(os.ReadFile(filepath.Join(folder, "ginkgo"))).To(BeEquivalentTo("ginkgo"))
	info, err := os.Stat(filepath.Join(folder, "agent"))
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(info.Mode().Perm()).To(BeEquivalentTo(0o700))
	g.Expect(unpack(archive, dir)).To(Equal(folder), "again")
	g.Expect(os.ReadDir(dir)).To(HaveLen(1), "nothing is left of the unpacking")
}

func TestCarriedProgramsThatAreBroken(t *testing.T) {
	whole := packed(t, "agent")
	for name, c := range map[string]struct {
		archive []byte
		says    string
	}{
		"no archive": {[]byte("x"), "unpacking the programs that csicert carries"},
		"half":       {whole[:len(whole)/2], "unexpected EOF"},
		"a path":     {packed(t, "../agent"), `found "../agent", accepted is a file without a folder`},
		"twice":      {packed(t, "agent", "agent"), "file exists"},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			dir := t.TempDir()
			_, err := unpack(c.archive, dir)
			g.Expect(err).To(MatchError(ContainSubstring(c.says)))
			g.Expect(os.ReadDir(dir)).To(BeEmpty())
		})
	}
}
