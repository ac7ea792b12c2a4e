package images_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"csicert/kind-config/images"

	. "github.com/onsi/gomega"
)

// fixed is a time stamp that no file written by a test has.
var fixed = time.Unix(1000, 0)

func TestArchiveRefusesBadInput(t *testing.T) {
	cases := map[string]struct {
		ref    string
		change func(*images.Spec)
		want   string
	}{
		"reference": {"UPPER CASE", func(*images.Spec) {}, `ref is "UPPER CASE"; accepted: a name and tag`},
		"relative path": {ref, func(s *images.Spec) { s.Files[0].Path = "bin/tool" },
			`Files[0].Path is "bin/tool"; accepted: an absolute, clean path`},
		"path that climbs": {ref, func(s *images.Spec) { s.Files[0].Path = "/a/../b" },
			`Files[0].Path is "/a/../b"; accepted: an absolute, clean path`},
		"same path twice": {ref, func(s *images.Spec) { s.Files[1].Path = s.Files[0].Path },
			`Files[1].Path is "/usr/local/bin/tool"; accepted: a path that no other file`},
		"two sources": {ref, func(s *images.Spec) { s.Files[0].Link = "x" },
			`Files[0] is "/usr/local/bin/tool"; accepted: exactly one of`},
		"no entry point":   {ref, func(s *images.Spec) { s.Entrypoint = nil }, `Entrypoint is ""; accepted: an argument vector`},
		"folder as source": {ref, func(s *images.Spec) { s.Files[0].Source = os.TempDir() }, `accepted: a regular file`},
	}
	for title, c := range cases {
		t.Run(title, func(t *testing.T) {
			g := NewWithT(t)
			s, dir := spec(t), t.TempDir()
			c.change(&s)
			_, err := images.Archive(t.Context(), filepath.Join(dir, "image.tar"), c.ref, s)
			g.Expect(err).To(MatchError(ContainSubstring(c.want)))
			var bad interface{ BadInput() bool }
			g.Expect(errors.As(err, &bad)).To(BeTrue())
			g.Expect(os.ReadDir(dir)).To(BeEmpty(), "a refused image leaves no file")
		})
	}
}

func TestArchiveLeavesNoHalfFile(t *testing.T) {
	g := NewWithT(t)
	s, dir := spec(t), t.TempDir()
	s.Files[0].Source = filepath.Join(dir, "absent")
	_, err := images.Archive(t.Context(), filepath.Join(dir, "image.tar"), ref, s)
	g.Expect(err).To(MatchError(os.ErrNotExist))
	g.Expect(os.ReadDir(dir)).To(BeEmpty())
}

func TestArchiveTakesItsTemporaryFileAway(t *testing.T) {
	g := NewWithT(t)
	dir := t.TempDir()
	taken := filepath.Join(dir, "image.tar")
	g.Expect(os.Mkdir(taken, 0o700)).To(Succeed())
	_, err := images.Archive(t.Context(), taken, ref, spec(t))
	g.Expect(err).To(MatchError(ContainSubstring("writing the archive of csicert/test:one")))
	g.Expect(os.ReadDir(dir)).To(HaveLen(1), "only the folder that was in the way")
}
