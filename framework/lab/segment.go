package lab

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/onsi/ginkgo/v2"
	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"

	"csicert/framework/catalogue"
)

// Nowhere is a value that no node's label has.
const Nowhere = "csicert-nowhere"

// mostSegments bounds what a spec takes in turn, where each host of a large cluster is a segment.
const mostSegments = 6

// SeveralSegments are Segments, at least two and not more than a spec can take in turn. Where the workers stand in one,
// the spec is skipped: the cluster cannot tell.
func (b *Bench) SeveralSegments() []string {
	ginkgo.GinkgoHelper()
	all := b.values(b.SegmentKey())
	if len(all) < 2 {
		b.lacking(catalogue.MarkSkipped, "the workers stand in fewer than two values of "+b.SegmentKey())
	}
	return all[:min(len(all), mostSegments)]
}

// SegmentOf is where a node stands.
func (b *Bench) SegmentOf(n Node) string { return n.Labels[b.SegmentKey()] }

// TopologyKeys are the node labels that the driver's definition says its volumes are bound to.
func (b *Bench) TopologyKeys() []string { return b.topology().Keys }

// FurtherKeys are those of the definition's alsoAllowed that every worker has. A definition that names none claims none, and the spec is
// unsupported; where the nodes lack them it is skipped.
func (b *Bench) FurtherKeys() []string {
	ginkgo.GinkgoHelper()
	named := b.topology().AlsoAllowed
	if len(named) == 0 {
		b.lacking(catalogue.MarkUnsupported, "the driver's definition names no further keys (topology.alsoAllowed)")
	}
	var usable []string
	for _, key := range named {
		if !slices.ContainsFunc(b.lab.nodes, func(n Node) bool { return n.Labels[key] == "" }) {
			usable = append(usable, key)
		}
	}
	if len(usable) == 0 {
		b.lacking(catalogue.MarkSkipped, "no further key of the driver's definition is a label of every worker")
	}
	return usable
}

// ValuesOf are the values that a label has on the workers, each once, as many as a spec can take in turn.
func (b *Bench) ValuesOf(key string) []string {
	values := b.values(key)
	return values[:min(len(values), mostSegments)]
}

// SegmentsOf are the segments in which the workers with the label stand.
func (b *Bench) SegmentsOf(key, value string) []string {
	var segments []string
	for _, n := range b.standing(key, value) {
		segments = append(segments, b.SegmentOf(n))
	}
	return segments
}

// Neighbours are the workers that can reach one volume: all, or those of the segment that has the most. Where no
// segment has two, the spec is skipped; where each worker is a segment by its name, it is unsupported: the driver's
// volumes are of one node.
func (b *Bench) Neighbours() []Node {
	ginkgo.GinkgoHelper()
	most := b.Nodes()
	if b.has(catalogue.Topology) {
		most = nil
		for _, segment := range b.Segments() {
			if here := b.standing(b.SegmentKey(), segment); len(here) > len(most) {
				most = here
			}
		}
	}
	zonal := func(n Node) bool { return b.SegmentOf(n) != n.Name && b.SegmentOf(n) != n.Host }
	if len(most) < 2 && b.has(catalogue.Topology) && !slices.ContainsFunc(b.lab.nodes, zonal) {
		b.lacking(catalogue.MarkUnsupported, "a volume of the driver can be reached from one node only")
	}
	if len(most) < 2 {
		b.lacking(catalogue.MarkSkipped, "no two workers can reach one volume")
	}
	return most
}

// standing are the workers whose label has the value, starting elsewhere for every spec.
func (b *Bench) standing(key, value string) []Node {
	var here []Node
	for _, n := range b.Nodes() {
		if n.Labels[key] == value {
			here = append(here, n)
		}
	}
	return here
}

// NodeOf is the worker that the pod is on.
func (b *Bench) NodeOf(p *Pod) Node {
	ginkgo.GinkgoHelper()
	name := p.Now().Spec.NodeName
	for _, n := range b.lab.nodes {
		if n.Name == name {
			return n
		}
	}
	b.blocked("finding the node of "+p.Name(), "it is on "+name+", which is no worker")
	return Node{}
}

// PartlyStored is a class of the definition's topology.partial, the segments that have its storage and a segment of other
// workers. Where no worker stands in the one or in the other, the spec is skipped: the cluster cannot tell.
func (b *Bench) PartlyStored(ctx context.Context) (class string, with []string, without string) {
	ginkgo.GinkgoHelper()
	partial := b.topology().Partial
	if partial == nil {
		b.blocked("making a class whose storage is in some segments only", "the definition has no topology.partial")
	}
	for _, segment := range b.values(b.SegmentKey()) {
		if slices.Contains(partial.Segments, segment) {
			with = append(with, segment)
		} else {
			without = segment
		}
	}
	if len(with) == 0 || without == "" {
		b.lacking(catalogue.MarkSkipped, fmt.Sprintf("no two workers stand in and outside of %s %v", b.SegmentKey(), partial.Segments))
	}
	return b.Class(ctx, Delaying(), func(c *storagev1.StorageClass) { maps.Copy(c.Parameters, partial.Parameters) }), with, without
}

// OnlyAmong keeps the pod on nodes whose label has one of the values.
func OnlyAmong(label string, values ...string) PodOption {
	return func(p *corev1.Pod) {
		p.Spec.Affinity = &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{RequiredDuringSchedulingIgnoredDuringExecution: &corev1.NodeSelector{
			NodeSelectorTerms: []corev1.NodeSelectorTerm{{MatchExpressions: []corev1.NodeSelectorRequirement{
				{Key: label, Operator: corev1.NodeSelectorOpIn, Values: values}}}}}}}
	}
}

// Preferring has the scheduler choose a node with the label when nothing else speaks against it: what must keep the pod
// from there has to be stronger.
func Preferring(label, value string) PodOption {
	return func(p *corev1.Pod) {
		p.Spec.Affinity = &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{PreferredDuringSchedulingIgnoredDuringExecution: []corev1.PreferredSchedulingTerm{{
			Weight: 100, // the most
			Preference: corev1.NodeSelectorTerm{MatchExpressions: []corev1.NodeSelectorRequirement{
				{Key: label, Operator: corev1.NodeSelectorOpIn, Values: []string{value}}}}}}}}
	}
}

// lacking ends the spec because there is nothing to judge here, with the reason.
func (b *Bench) lacking(mark catalogue.Mark, sentence string) {
	ginkgo.GinkgoHelper()
	b.say("nothing to judge: %s", sentence)
	ginkgo.AddReportEntry(string(mark), sentence, ginkgo.ReportEntryVisibilityNever)
	ginkgo.Skip(sentence)
}
