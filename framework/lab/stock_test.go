package lab

import (
	"testing"

	. "github.com/onsi/gomega"
)

func TestWhatStandsBeyondAStock(t *testing.T) {
	g := NewWithT(t)
	before := Stock{"/d/a on node n", "/d/b on node n"}
	g.Expect(before.beyond(before)).To(BeEmpty())
	g.Expect(Stock{"/d/b on node n"}.beyond(before)).To(BeEmpty(), "what went is no finding")
	g.Expect(Stock{"/d/a on node n", "/d/a on node m", "/d/c on node n"}.beyond(before)).To(Equal(Stock{"/d/a on node m", "/d/c on node n"}))
	g.Expect(before).To(HaveLen(2))
}
