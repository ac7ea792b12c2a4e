package driver

import (
	"testing"

	. "github.com/onsi/gomega"
)

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
