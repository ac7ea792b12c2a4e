package catalogue

import (
	"slices"
	"testing"

	. "github.com/onsi/gomega"
)

func TestVersionIsOfWhatIsPromised(t *testing.T) {
	g := NewWithT(t)
	one := Requirement{ID: "LOCAL-001", Statement: "the pod runs", Source: API("core/v1/types.go", "words"), Needs: []Capability{TwoNodes}, Mutants: []Mutant{{Name: "x"}}}
	all := []Requirement{one, {ID: "LOCAL-002"}}
	was := Version(all)
	g.Expect(was).To(MatchRegexp(`^[0-9a-f]{12}$`))
	turned := slices.Clone(all)
	slices.Reverse(turned)
	g.Expect(Version(turned)).To(Equal(was))
	g.Expect(Changes(all, turned)).To(BeEmpty())
	for name, change := range map[string]func(*Requirement){
		"level":     func(r *Requirement) { r.Level = Should },
		"no level":  func(r *Requirement) { r.Level = 7 },
		"statement": func(r *Requirement) { r.Statement = "the pod waits" },
		"source":    func(r *Requirement) { r.Source.Quote = "other words" },
		"need":      func(r *Requirement) { r.Needs = nil },
	} {
		other := slices.Clone(all)
		change(&other[0])
		g.Expect(Version(other)).NotTo(Equal(was), name)
		g.Expect(Changes(all, other)).To(Equal([]ID{"LOCAL-001"}), name)
	}
	proven := slices.Clone(all)
	proven[1].Mutants = []Mutant{{Name: "y"}}
	g.Expect(Version(proven)).To(Equal(was), "what proves a promise does not change it")
	g.Expect(Version(all[:1])).NotTo(Equal(was))
	g.Expect(Changes(all[:1], all)).To(Equal([]ID{"LOCAL-002"}), "new")
	g.Expect(Changes(all, all[1:])).To(Equal([]ID{"LOCAL-001"}), "gone")
}
