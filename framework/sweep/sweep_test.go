package sweep

import (
	"context"
	"errors"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic/fake"
	ktesting "k8s.io/client-go/testing"
)

const label = "csicert.dev/run"

func object(version, kind, namespace, name, run string, age time.Duration) runtime.Object {
	o := &unstructured.Unstructured{}
	o.SetAPIVersion(version)
	o.SetKind(kind)
	o.SetNamespace(namespace)
	o.SetName(name)
	o.SetCreationTimestamp(metav1.NewTime(time.Now().Add(-age)))
	if run != "" {
		o.SetLabels(map[string]string{label: run})
	}
	return o
}

func cluster(age time.Duration) *fake.FakeDynamicClient {
	kinds := map[schema.GroupVersionResource]string{core("namespaces"): "NamespaceList"}
	for _, s := range steps() {
		for _, k := range s {
			kinds[k] = k.Resource + "List"
		}
	}
	return fake.NewSimpleDynamicClientWithCustomListKinds(runtime.NewScheme(), kinds,
		object("v1", "Namespace", "", "csicert-a-1", "a", age), object("v1", "Namespace", "", "csicert-a-keepers", "a", age),
		object("v1", "Namespace", "", "default", "", age), object("v1", "Pod", "csicert-a-1", "p", "a", age),
		object("v1", "Pod", "csicert-a-keepers", "keeper-x", "a", age), object("v1", "Pod", "default", "theirs", "", age),
		object("v1", "PersistentVolume", "", "theirs", "", age), object("v1", "PersistentVolume", "", "ours", "b", age),
		object("storage.k8s.io/v1", "StorageClass", "", "ours", "a", age),
		object("admissionregistration.k8s.io/v1", "MutatingAdmissionPolicy", "", "ours", "b", age))
}

func options(c *fake.FakeDynamicClient) Options {
	return Options{Client: c, Label: label, Within: time.Second, Now: time.Now(), Keeper: func(run string) string { return "csicert-" + run + "-keepers" },
		Disks: func(ctx context.Context, run string) error {
			if run == "b" {
				return nil
			}
			return c.Resource(core("namespaces")).Delete(ctx, "csicert-"+run+"-keepers", metav1.DeleteOptions{})
		}}
}

func TestWhatRunsLeftGoes(t *testing.T) {
	all := []string{"mutatingadmissionpolicies ours", "pods csicert-a-1/p", "persistentvolumes ours", "storageclasses ours", "namespaces csicert-a-1", "namespaces csicert-a-keepers"}
	for name, c := range map[string]struct {
		run     string
		removed []string
	}{
		"every run": {"", all},
		"one run":   {"b", []string{"mutatingadmissionpolicies ours", "persistentvolumes ours"}},
		"no run":    {"c", nil},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			k := cluster(time.Hour)
			o := options(k)
			o.Run = c.run
			r, err := Sweep(t.Context(), o)
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(r).To(Equal(Report{Removed: c.removed}), "in this order")
			_, err = k.Resource(core("pods")).Namespace("default").Get(t.Context(), "theirs", metav1.GetOptions{})
			g.Expect(err).NotTo(HaveOccurred())
			_, err = k.Resource(core("persistentvolumes")).Get(t.Context(), "theirs", metav1.GetOptions{})
			g.Expect(err).NotTo(HaveOccurred())
		})
	}
}

func TestDryRunOnlyLists(t *testing.T) {
	g := NewWithT(t)
	k := cluster(time.Minute)
	o := options(k)
	o.DryRun = true
	r, err := Sweep(t.Context(), o)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(r.Removed).To(BeEmpty())
	g.Expect(r.Left).To(HaveLen(7))
	for _, a := range k.Actions() {
		g.Expect(a.GetVerb()).To(Equal("list"))
	}
}

func TestRunThatMayGoOnIsSpared(t *testing.T) {
	g := NewWithT(t)
	k := cluster(time.Minute)
	_, err := Sweep(t.Context(), options(k))
	g.Expect(err).To(MatchError(And(ContainSubstring("--run: found none"), ContainSubstring("a, b"))))
	var bad interface{ BadInput() bool }
	g.Expect(errors.As(err, &bad) && bad.BadInput()).To(BeTrue())
	o := options(k)
	o.Run = "a"
	r, err := Sweep(t.Context(), o)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(r.Removed).To(HaveLen(4), "named: the user knows that it has ended")
}

func TestWhatCannotBeRemovedIsTold(t *testing.T) {
	g := NewWithT(t)
	k := cluster(time.Hour)
	k.PrependReactor("delete", "persistentvolumes", func(ktesting.Action) (bool, runtime.Object, error) { return true, nil, nil })
	k.PrependReactor("delete", "storageclasses", func(ktesting.Action) (bool, runtime.Object, error) { return true, nil, errors.New("forbidden") })
	o := options(k)
	o.Within = 50 * time.Millisecond
	o.Disks = func(context.Context, string) error { return errors.New("no keeper") }
	r, err := Sweep(t.Context(), o)
	g.Expect(err).To(MatchError(And(ContainSubstring("deleting storageclasses ours: forbidden"), ContainSubstring("clearing the nodes of run a: no keeper"))))
	g.Expect(r.Left).To(Equal([]string{"persistentvolumes ours", "storageclasses ours", "namespaces csicert-a-keepers"}))

	k.PrependReactor("list", "pods", func(ktesting.Action) (bool, runtime.Object, error) { return true, nil, errors.New("no way") })
	_, err = Sweep(t.Context(), o)
	g.Expect(err).To(MatchError("listing pods: no way"))
}

// What a run's own finalizer holds is let go of; what others hold is theirs to let go of.
func TestTheRunsOwnFinalizerIsTakenOff(t *testing.T) {
	g := NewWithT(t)
	k := cluster(time.Hour)
	held := object("v1", "PersistentVolume", "", "held", "b", time.Hour).(*unstructured.Unstructured)
	held.SetFinalizers([]string{"mine", "kubernetes.io/pv-protection"})
	held.SetResourceVersion("7")
	changed := false
	k.PrependReactor("patch", "persistentvolumes", func(ktesting.Action) (bool, runtime.Object, error) {
		if changed {
			return false, nil, nil
		}
		changed = true // another client was quicker
		return true, nil, apierrors.NewConflict(core("persistentvolumes").GroupResource(), "held", nil)
	})
	_, err := k.Resource(core("persistentvolumes")).Create(t.Context(), held, metav1.CreateOptions{})
	g.Expect(err).NotTo(HaveOccurred())
	o := options(k)
	o.Run, o.Holder = "b", "mine"
	r, err := Sweep(t.Context(), o)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(r.Removed).To(ContainElement("persistentvolumes held"))
	var patches []string
	for _, a := range k.Actions() {
		if p, is := a.(ktesting.PatchAction); is {
			patches = append(patches, p.GetName()+" "+string(p.GetPatch()))
		}
	}
	patch := `held {"metadata":{"finalizers":["kubernetes.io/pv-protection"],"resourceVersion":"7"}}`
	g.Expect(patches).To(Equal([]string{patch, patch}))
}
