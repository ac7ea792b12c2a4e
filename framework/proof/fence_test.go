package proof

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	dynamicfake "k8s.io/client-go/dynamic/fake"
	"k8s.io/client-go/kubernetes/fake"
	kubetesting "k8s.io/client-go/testing"

	"csicert/driver/mutant"
	"csicert/framework/lab"
)

var somewhere = cluster{namespace: "keep", run: "r1", node: lab.Node{Host: "a-1", Zone: "a"},
	places: mutant.Places{Hosts: map[string]string{"a-1": "b-1"}, Zones: map[string]string{"a": "b"}}}

// serving is an API server whose admission makes of a labelled probe what spoil does.
func serving(t *testing.T, spoil func(*unstructured.Unstructured) error) (cluster, *fake.Clientset) {
	t.Helper()
	set, objects := fake.NewClientset(), dynamicfake.NewSimpleDynamicClient(runtime.NewScheme())
	objects.PrependReactor("create", "*", func(a kubetesting.Action) (bool, runtime.Object, error) {
		create := a.(kubetesting.CreateActionImpl)
		if len(create.CreateOptions.DryRun) == 0 {
			t.Error("a probe was really created")
		}
		stored := create.Object.(*unstructured.Unstructured).DeepCopy()
		stored.SetUID("differs-anyway")
		if stored.GetLabels()[mutant.Label] == "" {
			return true, stored, nil
		}
		return true, stored, spoil(stored)
	})
	c := somewhere
	c.set, c.objects = set, objects
	return c, set
}

func policies(g *WithT, set *fake.Clientset) int {
	list, err := set.AdmissionregistrationV1().MutatingAdmissionPolicies().List(context.Background(), metav1.ListOptions{LabelSelector: lab.LabelRun + "=r1"})
	g.Expect(err).NotTo(HaveOccurred())
	bindings, err := set.AdmissionregistrationV1().MutatingAdmissionPolicyBindings().List(context.Background(), metav1.ListOptions{LabelSelector: lab.LabelRun + "=r1"})
	g.Expect(err).NotTo(HaveOccurred())
	return len(list.Items) + len(bindings.Items)
}

func TestArmWaitsUntilTheProbeChangesAndAgain(t *testing.T) {
	g := NewWithT(t)
	var looks atomic.Int32
	c, set := serving(t, func(o *unstructured.Unstructured) error {
		switch n := looks.Add(1); {
		case n == 1:
			return errors.New("the server is starting")
		case n == 3: // one of several API servers knew the policy already; the next one does not
			return nil
		case n > 1:
			return unstructured.SetNestedField(o.Object, "1Mi", "spec", "capacity", "storage")
		}
		return nil
	})
	disarm, err := c.arm(t.Context(), "capacity-overstated") // of a resource with one probe
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(looks.Load()).To(BeNumerically(">=", 6), "three in a row, begun anew after one that did not change")
	g.Expect(policies(g, set)).To(Equal(2))
	g.Expect(disarm(t.Context())).To(Succeed())
	g.Expect(policies(g, set)).To(BeZero())
	g.Expect(disarm(t.Context())).To(Succeed(), "gone already is no error")
}

func TestAPolicyThatChangesNothingIsNotArmed(t *testing.T) {
	for name, spoil := range map[string]func(*unstructured.Unstructured) error{
		"nothing":  func(*unstructured.Unstructured) error { return nil },
		"metadata": func(o *unstructured.Unstructured) error { o.SetGeneration(7); return nil },
		"refused":  func(*unstructured.Unstructured) error { return errors.New("no such field") },
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			c, set := serving(t, spoil)
			ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
			defer cancel()
			disarm, err := c.arm(ctx, "class-delayed")
			g.Expect(err).To(MatchError(errNotArmed))
			if name == "refused" {
				g.Expect(err).To(MatchError(ContainSubstring("no such field")))
			}
			g.Expect(disarm(t.Context())).To(Succeed())
			g.Expect(policies(g, set)).To(BeZero())
		})
	}
}

func TestArmRefusesWhatItDidNotMake(t *testing.T) {
	g := NewWithT(t)
	c, set := serving(t, func(o *unstructured.Unstructured) error { o.SetFinalizers([]string{"x"}); return nil })
	_, err := c.arm(t.Context(), "unheard-of")
	g.Expect(err).To(Equal(mutant.Unknown("unheard-of")))

	_, err = c.arm(t.Context(), "volume-unprotected")
	g.Expect(err).NotTo(HaveOccurred())
	disarm, err := c.arm(t.Context(), "volume-unprotected")
	g.Expect(err).To(MatchError(ContainSubstring("is there already")))
	g.Expect(disarm(t.Context())).To(Succeed())
	g.Expect(policies(g, set)).To(Equal(2), "another proof's policy was taken away")
}

// TestEveryMutantHasAProbe: for a resource without one no mutant could ever be armed.
func TestEveryMutantHasAProbe(t *testing.T) {
	g := NewWithT(t)
	all, err := mutant.All()
	g.Expect(err).NotTo(HaveOccurred())
	for _, m := range all {
		if m.Kind != mutant.KindManifest {
			continue
		}
		objects, err := mutant.Objects(m.Name, somewhere.places)
		g.Expect(err).NotTo(HaveOccurred())
		kind := objects.Policy.Spec.MatchConstraints.ResourceRules[0].Resources[0]
		g.Expect(probes(kind, "keep", somewhere.node)).NotTo(BeEmpty(), m.Name)
	}
}
