package run

import (
	"testing"

	. "github.com/onsi/gomega"

	"csicert/framework/catalogue"
)

func TestLegs(t *testing.T) {
	static := catalogue.Requirement{ID: "LOCAL-001", Level: catalogue.Must}
	cordon := catalogue.Requirement{ID: "LOCAL-002", Level: catalogue.Must, Needs: []catalogue.Capability{catalogue.Disruption}}
	driven := catalogue.Requirement{ID: "SNAP-001", Level: catalogue.Must, Needs: []catalogue.Capability{catalogue.Driver}}
	killed := catalogue.Requirement{ID: "RES-001", Level: catalogue.Must, Needs: []catalogue.Capability{catalogue.Driver, catalogue.Disruption}}
	kubelet := catalogue.Requirement{ID: "RES-010", Level: catalogue.Must, Needs: killed.Needs, Nodes: true}
	all := []catalogue.Requirement{static, cordon, driven, killed, kubelet}
	type want struct {
		name, filter string
		procs        int
	}
	for name, c := range map[string]struct {
		pass Pass
		legs []want
	}{
		"everything":                           {Pass{Procs: 4}, []want{{"", "LOCAL-002 || RES-010 || SNAP-001", 4}, {"alone", "RES-001", 1}, {"beside", "LOCAL-001", 4}}},
		"one process":                          {Pass{Procs: 1}, []want{{"", "", 1}}},
		"nothing that is alone":                {Pass{Procs: 4, Filter: "!area:RES"}, []want{{"", "!area:RES", 4}}},
		"nothing that can stand beside":        {Pass{Procs: 4, Filter: "!LOCAL-001"}, []want{{"", "!LOCAL-001", 4}}},
		"only what is alone and stands beside": {Pass{Procs: 3, Filter: "RES-001 || LOCAL-001"}, []want{{"alone", "RES-001", 1}, {"beside", "LOCAL-001", 3}}},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			var got []want
			first := 0
			for _, l := range c.pass.legs(all) {
				got = append(got, want{l.name, l.filter, l.procs})
				if l.first {
					first++
				}
			}
			g.Expect(got).To(Equal(c.legs))
			if len(got) > 1 {
				g.Expect(first).To(Equal(1), "one leg tells of what the pass leaves out")
			}
		})
	}
}
