package lab

import (
	"context"
	"maps"
	"slices"

	"github.com/onsi/ginkgo/v2"
	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"csicert/framework/catalogue"
	"csicert/framework/subject"
)

// ClassOption changes a class of the driver before it is created.
type ClassOption func(*storagev1.StorageClass)

// AtOnce has the class bind without a consumer (Immediate).
func AtOnce() ClassOption {
	return func(c *storagev1.StorageClass) { c.VolumeBindingMode = ptr.To(storagev1.VolumeBindingImmediate) }
}

// Delaying has the class wait for a consumer (WaitForFirstConsumer).
func Delaying() ClassOption {
	return func(c *storagev1.StorageClass) {
		c.VolumeBindingMode = ptr.To(storagev1.VolumeBindingWaitForFirstConsumer)
	}
}

// Retaining has the class keep volumes whose claim is gone.
func Retaining() ClassOption {
	return func(c *storagev1.StorageClass) { c.ReclaimPolicy = ptr.To(corev1.PersistentVolumeReclaimRetain) }
}

// NotGrowing has the class refuse expansion.
func NotGrowing() ClassOption {
	return func(c *storagev1.StorageClass) { c.AllowVolumeExpansion = ptr.To(false) }
}

// MountedWith has the class's volumes mounted with one more option.
func MountedWith(option string) ClassOption {
	return func(c *storagev1.StorageClass) { c.MountOptions = append(c.MountOptions, option) }
}

// Term is one term of allowedTopologies: each key with the values that it may have.
type Term map[string][]string

// AllowedIn limits where the class's volumes may be: in a segment that any of the terms describes.
func AllowedIn(terms ...Term) ClassOption {
	return func(c *storagev1.StorageClass) {
		for _, t := range terms {
			var term corev1.TopologySelectorTerm
			for _, key := range slices.Sorted(maps.Keys(t)) {
				term.MatchLabelExpressions = append(term.MatchLabelExpressions, corev1.TopologySelectorLabelRequirement{Key: key, Values: t[key]})
			}
			c.AllowedTopologies = append(c.AllowedTopologies, term)
		}
	}
}

// OfProvisioner gives the class to somebody else's driver.
func OfProvisioner(name string) ClassOption {
	return func(c *storagev1.StorageClass) { c.Provisioner = name }
}

// Class makes a class of the driver's after the definition's pattern and returns its name. It delays binding where
// the driver claims that, and grows where it claims that.
func (b *Bench) Class(ctx context.Context, options ...ClassOption) string {
	ginkgo.GinkgoHelper()
	d := b.lab.cfg.Driver
	if d == nil {
		b.blocked("making a class", "no driver is judged")
	}
	class := &storagev1.StorageClass{
		ObjectMeta:           metav1.ObjectMeta{Name: b.clusterName("class")},
		Provisioner:          d.Name,
		Parameters:           b.parameters(d.StorageClass),
		MountOptions:         slices.Clone(d.StorageClass.MountOptions),
		AllowVolumeExpansion: ptr.To(b.has(catalogue.Expansion)),
		ReclaimPolicy:        ptr.To(corev1.PersistentVolumeReclaimDelete),
		VolumeBindingMode:    ptr.To(storagev1.VolumeBindingImmediate),
	}
	if b.has(catalogue.DelayedBinding) {
		class.VolumeBindingMode = ptr.To(storagev1.VolumeBindingWaitForFirstConsumer)
	}
	for _, o := range options {
		o(class)
	}
	b.create(ctx, "class", class)
	b.driven = append(b.driven, class.Name)
	return class.Name
}

// PromptClass is a Class that binds without a consumer where the driver claims that, for specs that are not about
// binding: the scheduler looks after a delayed volume once a second only. Pods of its workloads come once their claims
// are bound.
func (b *Bench) PromptClass(ctx context.Context) string {
	ginkgo.GinkgoHelper()
	if !b.has(catalogue.ImmediateBinding) {
		return b.Class(ctx)
	}
	class := b.Class(ctx, AtOnce())
	b.prompt[class] = true
	return class
}

// parameters are the pattern's and the run's: never nil, for options that add to them.
func (b *Bench) parameters(pattern subject.Class) map[string]string {
	all := map[string]string{}
	maps.Copy(all, pattern.Parameters)
	maps.Copy(all, b.lab.cfg.Parameters)
	return all
}

func (b *Bench) has(c catalogue.Capability) bool { return slices.Contains(b.lab.cfg.Capabilities, c) }

// topology is what the definition says of it; empty where it says nothing.
func (b *Bench) topology() subject.Topology {
	if d := b.lab.cfg.Driver; d != nil && d.Topology != nil {
		return *d.Topology
	}
	return subject.Topology{}
}

// Segments are the values that the driver's topology key has on the workers, each once, starting elsewhere for every
// spec. Where no worker has the key the spec is Blocked: what is judged in each of no segments is not judged.
func (b *Bench) Segments() []string {
	ginkgo.GinkgoHelper()
	all := b.values(b.SegmentKey())
	if len(all) == 0 {
		b.blocked("looking for the driver's segments", "no worker has the label "+b.SegmentKey())
	}
	return all
}

// values are those that a label has on the workers, each once.
func (b *Bench) values(label string) []string {
	var all []string
	for _, n := range b.Nodes() {
		if v := n.Labels[label]; v != "" && !slices.Contains(all, v) {
			all = append(all, v)
		}
	}
	return all
}

// SegmentKey is the first of the driver's topology keys.
func (b *Bench) SegmentKey() string {
	ginkgo.GinkgoHelper()
	keys := b.topology().Keys
	if len(keys) == 0 {
		b.blocked("looking for the driver's topology", "its definition has no keys")
	}
	return keys[0]
}

// Labelling names the workers whose label has one of the values.
func (b *Bench) Labelling(key string, values ...string) []string {
	var names []string
	for _, n := range b.lab.nodes {
		if slices.Contains(values, n.Labels[key]) {
			names = append(names, n.Name)
		}
	}
	return names
}

// Driver is the CSI name of the driver that is judged.
func (b *Bench) Driver() string { return b.lab.cfg.driverName() }
