package witness

import (
	"testing"

	. "github.com/onsi/gomega"

	"csicert/framework/payload"
)

func tree(paths ...string) payload.Manifest {
	var m payload.Manifest
	for _, p := range paths {
		m.Entries = append(m.Entries, payload.Entry{Path: payload.Path(p), Type: payload.Dir})
	}
	return m
}

func TestHoldExactly(t *testing.T) {
	for name, c := range map[string]struct {
		want, got payload.Manifest
		holds     bool
	}{
		"the same":        {tree("a", "b"), tree("a", "b"), true},
		"one missing":     {tree("a", "b"), tree("a"), false},
		"one extra":       {tree("a"), tree("a", "b"), false},
		"both empty":      {tree(), tree(), true},
		"as many, others": {tree("a"), tree("b"), false},
		"nothing there":   {tree("a"), tree(), false},
	} {
		t.Run(name, func(t *testing.T) {
			ok, err := HoldExactly(c.want).Match(c.got)
			g := NewWithT(t)
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(ok).To(Equal(c.holds))
		})
	}
	NewWithT(t).Expect(HoldExactly(tree("a")).FailureMessage(tree("b"))).To(And(
		HavePrefix("expected: the tree to hold exactly the 1 entries"), ContainSubstring("2 differences"), ContainSubstring("missing"), ContainSubstring("extra")))
}

func TestHoldExactlyLooksAtTheAspectsAskedFor(t *testing.T) {
	g := NewWithT(t)
	want, got := tree("a"), tree("a")
	got.Entries[0].ModTime, got.Entries[0].UID = 1, 1
	g.Expect(HoldExactly(want, payload.Modes).Match(got)).To(BeTrue())
	g.Expect(HoldExactly(want, payload.Modes, payload.Owners).Match(got)).To(BeFalse())
	g.Expect(HoldExactly(want).Match(got)).To(BeFalse(), "no aspect means all of them")
}
