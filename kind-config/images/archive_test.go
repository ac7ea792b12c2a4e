package images_test

import (
	"archive/tar"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"csicert/kind-config/images"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	. "github.com/onsi/gomega"
)

const ref = "csicert/test:one"

func spec(t *testing.T) images.Spec {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "tool")
	NewWithT(t).Expect(os.WriteFile(binary, []byte("bytes of a binary"), 0o600)).To(Succeed())
	return images.Spec{
		Files: []images.File{
			{Source: binary, Path: "/usr/local/bin/tool", Mode: 0o755},
			{Content: []byte("root:x:0:0\n"), Path: "/etc/passwd", Mode: 0o644},
			{Link: "tool", Path: "/usr/local/bin/alias"},
			{Path: "/tmp", Mode: fs.ModeDir | fs.ModeSticky | 0o777},
		},
		Entrypoint: []string{"/usr/local/bin/tool"},
		Env:        []string{"A=b"},
		User:       "65532",
		Labels:     map[string]string{"k": "v"},
	}
}

func TestArchiveHoldsTheFiles(t *testing.T) {
	g := NewWithT(t)
	file := filepath.Join(t.TempDir(), "image.tar")
	digest, err := images.Archive(t.Context(), file, ref, spec(t))
	g.Expect(err).NotTo(HaveOccurred())

	tag, err := name.NewTag(ref)
	g.Expect(err).NotTo(HaveOccurred())
	image, err := tarball.ImageFromPath(file, &tag)
	g.Expect(err).NotTo(HaveOccurred())
	got, err := image.Digest()
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(got.String()).To(Equal(digest))

	config, err := image.ConfigFile()
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(config.OS + "/" + config.Architecture).To(Equal("linux/" + runtime.GOARCH))
	g.Expect(config.Config.Entrypoint).To(Equal([]string{"/usr/local/bin/tool"}))
	g.Expect(config.Config.Env).To(Equal([]string{"A=b"}))
	g.Expect(config.Config.User).To(Equal("65532"))
	g.Expect(config.Config.Labels).To(HaveKeyWithValue("k", "v"))

	layers, err := image.Layers()
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(layers).To(HaveLen(1))
	stream, err := layers[0].Uncompressed()
	g.Expect(err).NotTo(HaveOccurred())
	type entry struct {
		kind       byte
		mode       int64
		body, link string
	}
	entries, order := map[string]entry{}, []string{}
	for reader := tar.NewReader(stream); ; {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		g.Expect(err).NotTo(HaveOccurred())
		body, err := io.ReadAll(reader)
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(header.ModTime.Unix()).To(BeZero(), header.Name)
		g.Expect(header.Uid).To(BeZero(), header.Name)
		entries[header.Name] = entry{header.Typeflag, header.Mode, string(body), header.Linkname}
		order = append(order, header.Name)
	}
	g.Expect(order).To(Equal([]string{"etc/", "etc/passwd", "tmp/", "usr/", "usr/local/", "usr/local/bin/",
		"usr/local/bin/alias", "usr/local/bin/tool"}))
	g.Expect(entries["usr/local/bin/tool"]).To(Equal(entry{tar.TypeReg, 0o755, "bytes of a binary", ""}))
	g.Expect(entries["etc/passwd"]).To(Equal(entry{tar.TypeReg, 0o644, "root:x:0:0\n", ""}))
	g.Expect(entries["usr/local/bin/alias"]).To(Equal(entry{tar.TypeSymlink, 0o777, "", "tool"}))
	g.Expect(entries["tmp/"]).To(Equal(entry{tar.TypeDir, 0o1777, "", ""}))
}

func TestArchiveIsTheSameTwice(t *testing.T) {
	g := NewWithT(t)
	one, two := filepath.Join(t.TempDir(), "a.tar"), filepath.Join(t.TempDir(), "b.tar")
	s := spec(t)
	first, err := images.Archive(t.Context(), one, ref, s)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(os.Chtimes(s.Files[0].Source, fixed, fixed)).To(Succeed())
	second, err := images.Archive(t.Context(), two, ref, s)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(second).To(Equal(first))
	a, err := os.ReadFile(one)
	g.Expect(err).NotTo(HaveOccurred())
	b, err := os.ReadFile(two)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(a).To(Equal(b))
}
