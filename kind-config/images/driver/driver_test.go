package driver

import (
	"os"
	"path/filepath"
	"testing"

	. "github.com/onsi/gomega"

	"csicert/kind-config/images"
)

func TestATagTellsTheContent(t *testing.T) {
	g := NewWithT(t)
	file := filepath.Join(t.TempDir(), "program")
	write := func(text string) { g.Expect(os.WriteFile(file, []byte(text), 0o600)).To(Succeed()) }
	tag := func(spec images.Spec) string {
		t.Helper()
		s, err := contentOf(spec)
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(s).To(HaveLen(tagLength))
		return s
	}
	write("one")
	spec := images.Spec{Files: []images.File{{Source: file, Path: "/p", Mode: 0o755}}, Entrypoint: []string{"/p"}}
	first := tag(spec)
	g.Expect(tag(spec)).To(Equal(first))
	linked := spec
	linked.Files = append([]images.File{{Link: "/p", Path: "/sbin/mount.nfs"}}, spec.Files...)
	g.Expect(tag(linked)).NotTo(Equal(first), "a link more")
	started := spec
	started.Entrypoint = []string{"/p", "serve"}
	g.Expect(tag(started)).NotTo(Equal(first), "another start")
	write("two")
	g.Expect(tag(spec)).NotTo(Equal(first), "another program")
}

func TestThePlanCountsEachSidecarOnce(t *testing.T) {
	g := NewWithT(t)
	var b builder
	own, steps := b.plan(Names())
	g.Expect(own).To(ConsistOf("nfsplugin", "nfsmounter", "filer"))
	g.Expect(steps).To(Equal(4), "three modules and the NFS server")
}

func TestWhatIsShippedHasARecipeAndTheFaultsAreNotShipped(t *testing.T) {
	g := NewWithT(t)
	for _, name := range append(Names(), Mutant) {
		g.Expect(recipes()).To(HaveKey(name))
	}
	g.Expect(Names()).NotTo(ContainElement(Mutant))
	g.Expect(Names()).To(HaveLen(len(recipes()) - 1))
}

func TestTheSnapshotKindsAreThoseOfThePinnedModule(t *testing.T) {
	g := NewWithT(t)
	stream, err := SnapshotCRDs(t.Context(), "../../..")
	g.Expect(err).NotTo(HaveOccurred())
	for _, name := range []string{"volumesnapshots", "volumesnapshotcontents", "volumesnapshotclasses"} {
		g.Expect(string(stream)).To(ContainSubstring("name: " + name + ".snapshot.storage.k8s.io"))
	}
}
