package run

import (
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	. "github.com/onsi/gomega"
)

func TestPointReplacesTheLink(t *testing.T) {
	g := NewWithT(t)
	link := filepath.Join(t.TempDir(), Latest)
	for _, target := range []string{"runs/a", "runs/b"} {
		g.Expect(point(link, target)).To(Succeed())
		g.Expect(os.Readlink(link)).To(Equal(target))
	}
	left, err := os.ReadDir(filepath.Dir(link))
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(left).To(HaveLen(1), "no temporary link stays")
}

func TestWriteFileLeavesNoPart(t *testing.T) {
	g := NewWithT(t)
	dir := t.TempDir()
	g.Expect(os.MkdirAll(filepath.Join(dir, "report", "full"), 0o700)).To(Succeed())
	g.Expect(WriteFile(filepath.Join(dir, "report"), []byte("x"))).NotTo(Succeed(), "a folder stands there")
	left, err := os.ReadDir(dir)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(left).To(HaveLen(1))

	path := filepath.Join(dir, "other")
	g.Expect(WriteFile(path, []byte("x"))).To(Succeed())
	info, err := os.Stat(path)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(info.Mode().Perm()).To(Equal(os.FileMode(0o600)))
}

func TestCleanTakesOnlyWhatIsItsOwn(t *testing.T) {
	g := NewWithT(t)
	state := t.TempDir()
	for _, name := range []string{"bin", "clusters", "mine"} {
		g.Expect(os.Mkdir(filepath.Join(state, name), 0o700)).To(Succeed())
	}
	o := quiet(Options{StateDir: state, OutDir: filepath.Join(state, "out")})
	g.Expect(Clean(t.Context(), o, false)).To(Succeed())
	left, err := os.ReadDir(state)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(left).To(HaveLen(1))
	g.Expect(left[0].Name()).To(Equal("mine"))
}

func TestRoomNamesThePath(t *testing.T) {
	path := filepath.Join(t.TempDir(), "not", "there")
	NewWithT(t).Expect(room(1<<62, path)).To(MatchError(ContainSubstring("disk space at " + path)))
	NewWithT(t).Expect(room(1, path)).To(Succeed())
}

func quiet(o Options) Options {
	o.Log, o.Out = slog.New(slog.DiscardHandler), io.Discard
	return o
}
