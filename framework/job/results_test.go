package job

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	. "github.com/onsi/gomega"
)

// unpacked are the files of a packed folder.
func unpacked(t *testing.T, packed io.Reader) map[string]string {
	g := NewWithT(t)
	plain, err := gzip.NewReader(packed)
	g.Expect(err).NotTo(HaveOccurred())
	in, found := tar.NewReader(plain), map[string]string{}
	for {
		header, err := in.Next()
		if errors.Is(err, io.EOF) {
			return found
		}
		g.Expect(err).NotTo(HaveOccurred())
		content, err := io.ReadAll(in)
		g.Expect(err).NotTo(HaveOccurred())
		found[header.Name] = string(content)
	}
}

func TestResultsAreWaitedForAndFetched(t *testing.T) {
	g := NewWithT(t)
	out, results := t.TempDir(), filepath.Join(t.TempDir(), "results.tar.gz")
	g.Expect(os.MkdirAll(filepath.Join(out, "run", "deep"), 0o700)).To(Succeed())
	g.Expect(os.WriteFile(filepath.Join(out, "run", "junit.xml"), []byte("<testsuites/>"), 0o600)).To(Succeed())
	g.Expect(os.WriteFile(filepath.Join(out, "run", "deep", "run.json"), []byte("{}"), 0o600)).To(Succeed())
	g.Expect(os.Symlink("/etc/passwd", filepath.Join(out, "latest"))).To(Succeed())

	var fetched bytes.Buffer
	done := make(chan error)
	go func() { done <- Fetch(t.Context(), results, &fetched) }() // before there is anything
	g.Expect(Pack(out, results)).To(Succeed())
	g.Expect(<-done).To(Succeed())
	g.Expect(unpacked(t, &fetched)).To(Equal(map[string]string{"run/junit.xml": "<testsuites/>", "run/deep/run.json": "{}"}))
	g.Expect(Fetched(t.Context(), results)).To(Succeed())
}

func TestResultsThatNobodyFetches(t *testing.T) {
	g := NewWithT(t)
	out, results := t.TempDir(), filepath.Join(t.TempDir(), "results.tar.gz")
	g.Expect(Pack(out, results)).To(Succeed())
	gone := errors.New("the time is over")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(gone)
	g.Expect(Fetched(ctx, results)).To(MatchError(gone))
}

func TestHalfAPackIsNoResult(t *testing.T) {
	g := NewWithT(t)
	dir := t.TempDir()
	g.Expect(Pack(filepath.Join(dir, "missing"), filepath.Join(dir, "results.tar.gz"))).To(MatchError(ContainSubstring("packing the results")))
	g.Expect(os.ReadDir(dir)).To(BeEmpty())
}
