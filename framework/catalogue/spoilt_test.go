package catalogue

import (
	"testing"

	. "github.com/onsi/gomega"
)

func TestNthIsThatOfSpoilt(t *testing.T) {
	g := NewWithT(t)
	for _, nth := range []int{1, 2, 12} {
		g.Expect(Spoilt(nth).Nth()).To(Equal(nth))
	}
	for _, name := range []string{"", "spoilt-at-", "spoilt-at-x", "spoilt-at-0", "spoilt-at--1", "spoilt-at-01", "spoilt-at-+1", "mount-missing"} {
		g.Expect(Mutant{Name: name}.Nth()).To(BeZero(), name)
	}
}
