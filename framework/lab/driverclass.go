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

// MountedWith gives the class mount options in place of the pattern's.
func MountedWith(options ...string) ClassOption {
	return func(c *storagev1.StorageClass) { c.MountOptions = options }
}

// NotGrowing has the class refuse expansion.
func NotGrowing() ClassOption {
	return func(c *storagev1.StorageClass) { c.AllowVolumeExpansion = ptr.To(false) }
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
	parameters := maps.Clone(d.StorageClass.Parameters)
	if parameters == nil {
		parameters = map[string]string{}
	}
	maps.Copy(parameters, b.lab.cfg.Parameters)
	class := &storagev1.StorageClass{
		ObjectMeta:           metav1.ObjectMeta{Name: b.clusterName("class")},
		Provisioner:          d.Name,
		Parameters:           parameters,
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
	return class.Name
}

func (b *Bench) has(c catalogue.Capability) bool { return slices.Contains(b.lab.cfg.Capabilities, c) }

// Segments are the values that the driver's topology key has on the workers, each once, starting elsewhere for every
// spec. The requirement needs Topology.
func (b *Bench) Segments() []string {
	var values []string
	for _, n := range b.Nodes() {
		if v := n.Labels[b.SegmentKey()]; v != "" && !slices.Contains(values, v) {
			values = append(values, v)
		}
	}
	return values
}

// SegmentKey is the first of the driver's topology keys.
func (b *Bench) SegmentKey() string {
	ginkgo.GinkgoHelper()
	if d := b.lab.cfg.Driver; d != nil && d.Topology != nil {
		return d.Topology.Keys[0]
	}
	b.blocked("looking for the driver's topology", "its definition has no keys")
	return ""
}

// AlsoAllowed are the further node labels by which a class may choose where volumes are.
func (b *Bench) AlsoAllowed() []string {
	if d := b.lab.cfg.Driver; d != nil && d.Topology != nil {
		return d.Topology.AlsoAllowed
	}
	return nil
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
