package install

import (
	"testing"

	. "github.com/onsi/gomega"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

func TestDecodeTakesObjectsOnly(t *testing.T) {
	g := NewWithT(t)
	objects, err := decode("f", []byte("# a comment\n---\napiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n---\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: b}\n"))
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(objects).To(HaveLen(2))
	for text, field := range map[string]string{
		"kind: Namespace\nmetadata: {name: a}\n": "document 1 of f",
		"apiVersion: v1\nkind: Namespace\n":      "document 1 of f",
		"---\nno yaml: [\n":                      "of f",
	} {
		_, err := decode("f", []byte(text))
		var wrong Invalid
		g.Expect(err).To(BeAssignableToTypeOf(wrong), text)
		g.Expect(err.(Invalid).Field).To(ContainSubstring(field))
		g.Expect(err.(Invalid).Accepted).NotTo(BeEmpty())
	}
}

func TestADriverIsRegisteredWithAllItsKeys(t *testing.T) {
	g := NewWithT(t)
	n := &storagev1.CSINode{Spec: storagev1.CSINodeSpec{Drivers: []storagev1.CSINodeDriver{{Name: "d", TopologyKeys: []string{"zone", "rack"}}}}}
	g.Expect(registered(n, "d", []string{"zone"})).To(BeTrue())
	g.Expect(registered(n, "d", []string{"zone", "region"})).To(BeFalse(), "a key is missing")
	g.Expect(registered(n, "other", nil)).To(BeFalse(), "another driver's")
}

func workload(kind string, spec, status map[string]any) *unstructured.Unstructured {
	return &unstructured.Unstructured{Object: map[string]any{"kind": kind, "metadata": map[string]any{"generation": int64(2)}, "spec": spec, "status": status}}
}

func TestARolloutIsDoneWhenAllOfItIsReadyAndNew(t *testing.T) {
	g := NewWithT(t)
	spec := map[string]any{"replicas": int64(2)}
	whole := map[string]any{"observedGeneration": int64(2), "replicas": int64(2), "readyReplicas": int64(2), "updatedReplicas": int64(2)}
	is := func(kind string, spec, status map[string]any) bool {
		done, why := rollouts()[kind](workload(kind, spec, status))
		g.Expect(why).NotTo(BeEmpty())
		return done
	}
	g.Expect(is("Deployment", spec, whole)).To(BeTrue())
	for field, value := range map[string]int64{"observedGeneration": 1, "replicas": 3, "readyReplicas": 1, "updatedReplicas": 1} {
		broken := map[string]any{}
		for k, v := range whole {
			broken[k] = v
		}
		broken[field] = value
		g.Expect(is("Deployment", spec, broken)).To(BeFalse(), field)
	}
	everywhere := map[string]any{"observedGeneration": int64(2), "desiredNumberScheduled": int64(3), "numberReady": int64(3), "updatedNumberScheduled": int64(3)}
	g.Expect(is("DaemonSet", nil, everywhere)).To(BeTrue())
	everywhere["updatedNumberScheduled"] = int64(1)
	g.Expect(is("DaemonSet", nil, everywhere)).To(BeFalse(), "old pods")
	g.Expect(is("DaemonSet", map[string]any{"updateStrategy": map[string]any{"type": "OnDelete"}}, everywhere)).To(BeTrue(), "old pods stay until somebody deletes them")
	everywhere["desiredNumberScheduled"] = int64(0)
	g.Expect(is("DaemonSet", nil, everywhere)).To(BeFalse(), "no node has it")
}
