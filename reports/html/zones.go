package html

import (
	"cmp"
	"slices"

	"csicert/framework/trace"
	"csicert/reports/verdict"
)

// Node labels by which a volume's affinity can name a place.
const (
	zoneLabel = "topology.kubernetes.io/zone"
	hostLabel = "kubernetes.io/hostname"
)

// zone is a zone with what stood in it during the run.
type zone struct {
	Name, Region string
	Nodes        []node
	Volumes      dots
}

type node struct {
	Name string
	Pods dots
}

// dots are objects as points of a field.
type dots struct {
	All           []dot
	Number        int // all of them, also those that are not drawn
	Width, Height px
}

type dot struct {
	X, Y  px
	Bad   bool // its requirement was not kept
	Title string
}

const (
	dotsPerRow = 30
	mostDots   = 300 // of one field; the number beside it tells of all
	dotStep    = 9
)

func (d *dots) add(name string, r verdict.Result) {
	d.Number++
	if n := len(d.All); n < mostDots {
		d.All = append(d.All, dot{X: px(n%dotsPerRow*dotStep + 4), Y: px(n/dotsPerRow*dotStep + 4),
			Bad: r.Status > verdict.Warn, Title: plain(name) + ", " + string(r.Requirement.ID) + " " + r.Status.String()})
		d.Width = max(d.Width, px(min(n+1, dotsPerRow)*dotStep))
		d.Height = px((n/dotsPerRow + 1) * dotStep)
	}
}

// place puts nodes, volumes and pods into their zones.
func (p *page) place() {
	nodes := slices.Clone(p.V.Run.Cluster.Nodes)
	slices.SortFunc(nodes, func(a, b verdict.Node) int { return cmp.Or(cmp.Compare(a.Zone, b.Zone), cmp.Compare(a.Name, b.Name)) })
	for _, n := range nodes {
		z := p.zone(n.Zone)
		if z == &p.Apart {
			p.Zones = append(p.Zones, zone{Name: n.Zone, Region: n.Region})
			z = &p.Zones[len(p.Zones)-1]
		}
		z.Nodes = append(z.Nodes, node{Name: n.Name})
	}
	for _, r := range p.V.Results() {
		if r.Trace == nil {
			continue
		}
		p.Traced = true
		for _, o := range r.Trace.Objects {
			switch o.Kind {
			case trace.Volume:
				p.zone(zoneOf(o, nodes)).Volumes.add(o.Name, r)
			case trace.Pod:
				p.node(o.Node).Pods.add(o.Name, r)
			}
		}
	}
}

// zone is the one of that name, or Apart.
func (p *page) zone(name string) *zone {
	for i := range p.Zones {
		if p.Zones[i].Name == name {
			return &p.Zones[i]
		}
	}
	return &p.Apart
}

// node is the one of that name; pods that never had one, or one outside the run's nodes, are Apart.
func (p *page) node(name string) *node {
	for i := range p.Zones {
		for k := range p.Zones[i].Nodes {
			if p.Zones[i].Nodes[k].Name == name {
				return &p.Zones[i].Nodes[k]
			}
		}
	}
	if len(p.Apart.Nodes) == 0 {
		p.Apart.Nodes = []node{{Name: "no node of the run's"}}
	}
	return &p.Apart.Nodes[0]
}

// zoneOf is where a volume's affinity keeps it; empty where it names several zones or no place that the nodes tell of.
func zoneOf(volume trace.Object, nodes []verdict.Node) string {
	if zones := volume.Segment[zoneLabel]; len(zones) == 1 {
		return zones[0]
	}
	var found []string
	for key, values := range volume.Segment {
		for _, value := range values {
			for _, n := range nodes {
				// A driver's own key has the node's name for its value, where it is a host's.
				if value == n.Labels[key] || (key == hostLabel && value == n.Hostname) || (key != zoneLabel && value == n.Name) {
					found = append(found, n.Zone)
				}
			}
		}
	}
	slices.Sort(found)
	if found = slices.Compact(found); len(found) == 1 {
		return found[0]
	}
	return ""
}
