package contents

import (
	"os"
	"path/filepath"
	"testing"

	. "github.com/onsi/gomega"

	"csicert/kind-config/images"
)

func TestAHashTellsTheContent(t *testing.T) {
	g := NewWithT(t)
	file := filepath.Join(t.TempDir(), "program")
	write := func(text string) { g.Expect(os.WriteFile(file, []byte(text), 0o600)).To(Succeed()) }
	hash := func(spec images.Spec) string {
		t.Helper()
		s, err := Hash(spec)
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(s).To(HaveLen(Length))
		return s
	}
	write("one")
	spec := images.Spec{Files: []images.File{{Source: file, Path: "/p", Mode: 0o755}}, Entrypoint: []string{"/p"}}
	first := hash(spec)
	g.Expect(hash(spec)).To(Equal(first))
	linked := spec
	linked.Files = append([]images.File{{Link: "/p", Path: "/sbin/mount.nfs"}}, spec.Files...)
	g.Expect(hash(linked)).NotTo(Equal(first), "a link more")
	started := spec
	started.Entrypoint = []string{"/p", "serve"}
	g.Expect(hash(started)).NotTo(Equal(first), "another start")
	write("two")
	g.Expect(hash(spec)).NotTo(Equal(first), "another program")
}
